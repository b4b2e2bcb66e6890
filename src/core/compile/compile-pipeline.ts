import type { ComponentDescriptor } from '../descriptor.ts';
import { type Json, type JsonObject, own } from '../json.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import type { PipelineDefinition } from '../pipeline.ts';
import type { Plan } from '../plan.ts';
import type { Problem } from '../problem.ts';
import { SourceFile, valueSource } from '../source/file.ts';
import { assemblePlan } from './assemble.ts';
import { Calls, type PipelineLookup } from './calls.ts';
import { checkConfig } from './check-config.ts';
import { checkDefinition, checkValue } from './check-definition.ts';
import { orderScope } from './graph.ts';
import { checkJoins } from './joins.ts';
import { readLists } from './lists.ts';
import { PartsCompiler } from './parts.ts';
import { checkPolicies } from './policies.ts';
import { Dependencies } from './references.ts';
import { Report } from './report.ts';
import { loadRules, type Rules } from './rules.ts';
import { checkSchemas } from './schemas.ts';
import { assignScopes, mainScope } from './scopes.ts';
import { compileSettings } from './settings.ts';
import { readStages } from './stages.ts';
import { Strings } from './strings.ts';
import { checkTriggers } from './triggers.ts';
import { readVariables } from './variables.ts';
import { checkDoubtful } from './warnings.ts';

export interface CompileOptions {
  /** What is known of components, by canonical name. */
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  readonly limits?: Limits;
  /** The file's path, when a definition is compiled: its name must equal the pipeline's. Taken from a SourceFile. */
  readonly fileName?: string | undefined;
  /** The other pipelines; without it calls of them are not checked. */
  readonly pipelines?: PipelineLookup | undefined;
  /** Checks that need a library; `checkPipeline` loads what the file needs. */
  readonly rules?: Rules;
}

export interface CompileResult {
  /** Absent when there is any error. */
  readonly plan?: Plan;
  /** Every error and warning, in the order of the file. */
  readonly problems: Problem[];
}

/**
 * Checks a pipeline whole and compiles it to a plan (PIPELINES.md 1 to 5). Takes a parsed file, so that problems have
 * lines and columns, or a definition, so that they have paths. Never throws for what a file holds. What `rules` would
 * check is left unchecked without them: use `checkPipeline` for files that people wrote.
 */
export function compilePipeline(input: SourceFile | PipelineDefinition, options: CompileOptions): CompileResult {
  // A definition is JSON; what is not is found by `checkValue`.
  const source = input instanceof SourceFile ? input : valueSource(input as unknown as Json, options.fileName);
  const report = new Report(source);
  const limits = options.limits ?? DEFAULT_LIMITS;
  const definition = checkValue(source, limits, report) && checkDefinition(source, limits, report);
  const plan = definition ? compile(definition, options, limits, report) : undefined;
  return plan && !report.failed ? { plan, problems: report.problems() } : { problems: report.problems() };
}

/** `compilePipeline` with the rules that the file needs: JSON Schemas, cron patterns, version ranges, JMESPath. */
export async function checkPipeline(source: SourceFile, options: CompileOptions): Promise<CompileResult> {
  return compilePipeline(source, { ...options, rules: await loadRules(source) });
}

function compile(definition: JsonObject, options: CompileOptions, limits: Limits, report: Report): Plan | undefined {
  const { rules = {} } = options;
  const main = mainScope();
  const stages = readStages(definition, main, options.descriptors, report);
  readLists(stages, report);
  const scopes = assignScopes(stages.nodes, main, report);
  readVariables(stages.nodes, report);

  const strings = new Strings(report);
  const dependencies = new Dependencies(stages, scopes, report);
  const parts = new PartsCompiler(strings, dependencies);
  const calls = new Calls(options.pipelines, rules, report);
  for (const node of stages.nodes) {
    dependencies.addWritten(node);
    node.parts = parts.compile(node);
    checkConfig(node, { rules, limits, report });
    checkPolicies(node, report);
    calls.addStage(node);
  }
  calls.addOnFailure(own(definition, 'on_failure'));
  const settings = compileSettings(definition, main, strings, dependencies);
  const triggers = checkTriggers(definition, strings, rules, report);
  checkSchemas(definition, stages.nodes, rules, report);

  let ordered = true;
  for (const scope of scopes) ordered = orderScope(scope, report) && ordered;
  if (!ordered) return undefined;
  for (const scope of scopes) checkJoins(scope, report);
  checkDoubtful(scopes, report);
  if (report.failed) return undefined;
  return assemblePlan({ definition, scopes, settings, needs: strings.needs, triggers, calls: calls.all });
}
