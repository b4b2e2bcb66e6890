import type { Environment, StageView } from '../../core/expression/types.ts';
import { isObject, type Json } from '../../core/json.ts';
import { type Failure, StageError } from '../../core/run.ts';
import { nearest } from '../../core/suggest.ts';
import type { Finding } from '../result.ts';
import { logsOf, type Seen, type SeenStage } from '../run/observation.ts';
import { type Plans, resolveReference, type StageReference } from '../suite/reference.ts';
import type { Assertion, Check, Step, Target } from './assertion.ts';
import { CHECKS, shown } from './checks.ts';
import { valueAt } from './compare.ts';
import { stepsText } from './target.ts';

/** What expressions of assertions know beside the run. */
export interface AssertionWorld {
  readonly plans: Plans;
  readonly seen: Seen;
  readonly input: Json;
  readonly vars: Readonly<Record<string, Json>>;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** What of the assertions does not hold, a finding per check. */
export function findingsOf(assertions: readonly Assertion[], world: AssertionWorld): Finding[] {
  return assertions.flatMap((assertion) => {
    const { target, path } = assertion;
    const looked = target ? lookAt(target, world.seen) : { value: undefined };
    return assertion.checks.flatMap((check) => {
      const misfit = judge(assertion, check, looked, world);
      if (!misfit) return [];
      return {
        kind: 'assertion',
        check: check.name,
        position: check.position,
        ...(path && { path }),
        ...misfit,
      } as const;
    });
  });
}

/** The value at a path, or why there is none. */
export type Looked =
  | { readonly value: Json; readonly why?: undefined }
  | {
      readonly value: undefined;
      readonly why?: { readonly message: string; readonly hint?: string | undefined };
      /** There are several values, and the path does not say which. */
      readonly ambiguous?: true;
    };

/** Looks up where a path leads. */
export function lookAt(target: Target, seen: Seen): Looked {
  if (target.root !== 'stage') return inside(rootValue(target.root, seen), target.steps, target.root);
  const { stage, field, steps } = target;
  const runs = seen.observation.of(stage);
  const run = stage.nth === undefined ? runs[0] : runs[stage.nth];
  const name = `stages.${stage.text}`;
  if (stage.nth === undefined && runs.length > 1) {
    const which = `Write which one: \`${name}[0].${field}\` is the first`;
    return { ...missing(`${name} ran ${runs.length} times`, which), ambiguous: true };
  }
  if (!run && stage.nth !== undefined && runs.length > 0) {
    return missing(`${name}: the stage ran ${runs.length === 1 ? 'once' : `${runs.length} times`} only`);
  }
  if (field === 'status') return inside(run?.status ?? 'pending', steps, `${name}.status`);
  if (!run) return missing(`${name} did not run: the run ended before it`);
  return inside(fieldValue(run, field), steps, `${name}.${field}`);
}

function fieldValue(run: SeenStage, field: 'output' | 'error' | 'attempts' | 'config'): Json | undefined {
  // A Failure is made of JSON only.
  return field === 'error' ? (run.error as Json) : run[field];
}

function rootValue(root: 'output' | 'error' | 'logs' | 'usage', { outcome, observation }: Seen): Json {
  if (root === 'output') return outcome.result;
  if (root === 'logs') return logsOf(observation);
  // Failure and Usage are made of JSON only.
  return (root === 'error' ? outcome.error : outcome.usage) as Json;
}

/** Walks into a value, and says at which step it ends. */
function inside(start: Json | undefined, steps: readonly Step[], name: string): Looked {
  if (start === undefined) return missing(`${name} does not exist`);
  const value = valueAt(start, steps);
  if (value !== undefined) return { value };
  const broken = steps.findIndex((_, i) => valueAt(start, steps.slice(0, i + 1)) === undefined);
  const parent = valueAt(start, steps.slice(0, broken)) ?? null;
  const where = join(name, steps.slice(0, broken));
  const step = steps[broken] ?? '';
  return missing(
    `${join(name, steps)} does not exist: ${where} is ${describe(parent)}`,
    didYouMean(parent, step, where),
  );
}

function join(name: string, steps: readonly Step[]): string {
  const text = stepsText(steps);
  return text === '' || text.startsWith('[') ? `${name}${text}` : `${name}.${text}`;
}

function describe(value: Json): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (!isObject(value)) return shown(value);
  const keys = Object.keys(value);
  return keys.length === 0 ? 'an empty object' : `an object with ${keys.slice(0, 12).join(', ')}`;
}

function didYouMean(parent: Json, step: Step, where: string): string | undefined {
  const near = isObject(parent) ? nearest(String(step), Object.keys(parent)) : undefined;
  return near === undefined ? undefined : `Did you mean \`${where}.${near}\`?`;
}

function missing(message: string, hint?: string): Extract<Looked, { value: undefined }> {
  return { value: undefined, why: { message, hint } };
}

type Judgement = Pick<Finding, 'message' | 'hint' | 'differences'>;

function judge(assertion: Assertion, check: Check, looked: Looked, world: AssertionWorld): Judgement | undefined {
  if (check.name === 'expression') return judgeExpression(check, looked.value ?? null, world);
  if (check.name === 'exists') {
    if (looked.value === undefined && looked.ambiguous) return looked.why;
    const exists = looked.value !== undefined && !isAbsent(assertion.target, looked.value);
    if (exists === check.expected) return undefined;
    if (!exists) return { message: `${assertion.path} does not exist`, ...(looked.value === undefined && looked.why) };
    return { message: `${assertion.path} exists: ${shown(looked.value ?? null)}` };
  }
  if (looked.value === undefined) return looked.why;
  const misfit = CHECKS[check.name]?.misfit(looked.value, check);
  return misfit && { ...misfit, message: `${assertion.path} ${misfit.message}` };
}

function judgeExpression(check: Check, value: Json, world: AssertionWorld): Judgement | undefined {
  const { seen } = world;
  const locals = {
    value,
    output: seen.outcome.result,
    error: seen.outcome.error,
    logs: logsOf(seen.observation),
    usage: seen.outcome.usage,
  };
  try {
    const given = check.expression?.evaluate(environmentOf(world), locals);
    if (given === true) return undefined;
    const what = given === false ? 'does not hold' : `gives ${shown((given ?? null) as Json)}, expected true or false`;
    return { message: `\`${check.expected}\` ${what}` };
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    return { message: `\`${check.expected}\`: ${error.message}`, hint: error.hint };
  }
}

function environmentOf({ plans, seen, input, vars, now }: AssertionWorld): Environment {
  return {
    input,
    vars,
    context: {},
    secrets: new Map(),
    now,
    uuids: { seed: 'assertion', count: 0 },
    stage: (id) => stageView(resolveReference(plans, id), id, seen),
  };
}

function stageView(reference: StageReference | undefined, id: string, seen: Seen): StageView | undefined {
  if (!reference) return undefined;
  const runs = seen.observation.of(reference);
  if (runs.length > 1) {
    throw new StageError('EXPRESSION', 'missing_field', `stages.${id} ran ${runs.length} times`, {
      hint: `Give a path with an index, \`stages.${id}[0].output\`, and read \`value\` in the expression`,
    });
  }
  const [run] = runs;
  const pending: StageView = { status: 'pending', output: null, error: null };
  return run ?? pending;
}

/** Whether an assertion is about the failure of the run, so that the run may fail. */
export function expectsFailure(assertions: readonly Assertion[]): boolean {
  return assertions.some(({ target, checks }) => target?.root === 'error' && !checks.some(isAbsence));
}

/** A run without an error, or without usage, has null there. */
function isAbsent(target: Target | undefined, value: Json): boolean {
  return value === null && (target?.root === 'error' || target?.root === 'usage') && target.steps.length === 0;
}

/** `error` of a run that succeeded is null. */
function isAbsence({ name, expected }: Check): boolean {
  if (name === 'exists') return expected === false;
  return (name === 'equals' || name === 'deepEquals' || name === 'type') && (expected === null || expected === 'null');
}

/** A failure in one line. */
export function failureText(failure: Failure): string {
  const where = failure.path === undefined ? '' : ` at stage ${failure.path}`;
  return `${failure.type} (${failure.code})${where}: ${failure.message}`;
}
