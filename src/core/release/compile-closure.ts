import { calleeOf } from '../compile/callee.ts';
import type { Callee } from '../compile/calls.ts';
import { checkPipeline } from '../compile/compile-pipeline.ts';
import type { ComponentDescriptor } from '../descriptor.ts';
import { FlowMasonError, fail } from '../errors.ts';
import { isObject, type Json, own } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { Plan } from '../plan.ts';
import { quote } from '../quote.ts';
import type { SourceFile } from '../source/file.ts';
import { parseSource } from '../source/parse.ts';
import { nearest } from '../suggest.ts';
import type { Digest } from './digest.ts';
import { type ReleaseManifest, releaseLimits } from './manifest.ts';
import { unknownComponents } from './release-sources.ts';
import { componentOf, keyedItems } from './shape.ts';

/** Texts of pipelines by digest; those that do not exist are absent. */
export type LoadTexts = (digests: readonly Digest[]) => Promise<ReadonlyMap<Digest, string>>;

export interface ClosureOptions {
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  /** The host's; a release may have lower ones. */
  readonly limits: Limits;
}

/** A pipeline of a release and everything that it names, ready to run. */
export interface Closure {
  readonly main: string;
  /** By name: the pipeline, its subpipelines and `on_failure`, and theirs. Empty when a component is unknown. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** Components that this host does not have, sorted: whoever has them can run it. */
  readonly unknown: readonly string[];
  /** What the plans were compiled with. */
  readonly limits: Limits;
}

/**
 * Compiles one pipeline of a stored release with everything that it names; the others are not read. Throws FlowMasonError
 * `NOT_FOUND` for a name that the release does not have, `PIPELINES_MISSING` for a text that is gone, `RELEASE_INVALID` for
 * one that cannot be compiled here.
 */
export async function compileClosure(
  { pipelines, settings }: Pick<ReleaseManifest, 'pipelines' | 'settings'>,
  main: string,
  load: LoadTexts,
  options: ClosureOptions,
): Promise<Closure> {
  const { descriptors } = options;
  const limits = releaseLimits(options.limits, { settings });
  const sources = await readClosure(pipelines, main, load, limits);
  const unknown = unknownComponents(sources.values(), descriptors);
  if (unknown.length > 0) return { main, plans: new Map(), unknown, limits };
  const lookup = { names: Object.keys(pipelines), find: (name: string) => calleeIn(sources, name) };
  const plans = new Map<string, Plan>();
  for (const [name, source] of sources) {
    const { plan, problems } = await checkPipeline(source, { descriptors, limits, pipelines: lookup });
    if (!plan) {
      const errors = problems.filter(({ severity }) => severity === 'error');
      throw new FlowMasonError('RELEASE_INVALID', `${quote(name)} cannot be compiled here: ${errors[0]?.message}`, {
        problems: errors,
      });
    }
    plans.set(name, plan);
  }
  return { main, plans, unknown, limits };
}

function calleeIn(sources: ReadonlyMap<string, SourceFile>, name: string): Callee | undefined {
  const source = sources.get(name);
  return source && calleeOf(source);
}

/** The documents of a pipeline and of all that it names, one round of loading for each level. */
async function readClosure(
  pipelines: ReleaseManifest['pipelines'],
  main: string,
  load: LoadTexts,
  limits: Limits,
): Promise<Map<string, SourceFile>> {
  const byName = new Map(Object.entries(pipelines));
  const sources = new Map<string, SourceFile>();
  for (let level = [main]; level.length > 0; ) {
    const digests = level.map((name) => byName.get(name) ?? missing(name, pipelines));
    const texts = await load(digests);
    for (const [at, name] of level.entries()) {
      const text = texts.get(digests[at] ?? '');
      if (text === undefined) {
        fail('PIPELINES_MISSING', `The text of ${quote(name)} is not stored`, { details: { missing: [name] } });
      }
      sources.set(name, parseSource(text, { file: `${name}.pipeline.json`, limits }));
    }
    const called = level.flatMap((name) => callsOf(sources.get(name)?.value));
    level = [...new Set(called)].filter((name) => !sources.has(name));
  }
  return sources;
}

function missing(name: string, pipelines: ReleaseManifest['pipelines']): never {
  const close = nearest(name, Object.keys(pipelines));
  fail('NOT_FOUND', `The release has no pipeline ${quote(name)}`, {
    hint: close === undefined ? undefined : `Did you mean \`${close}\`?`,
  });
}

/** Names that a document calls; what is no name there is for the compiler to say. */
function callsOf(document: Json | undefined): string[] {
  if (!isObject(document)) return [];
  const stages = keyedItems(own(document, 'stages') as Json)?.values() ?? [];
  const calls = [...stages]
    .filter((stage) => componentOf(stage) === 'subpipeline')
    .map((stage) => own(stage, 'config'));
  return [...calls, own(document, 'on_failure')].flatMap((call) => {
    const name = isObject(call) ? own(call, 'pipeline') : undefined;
    return typeof name === 'string' ? [name] : [];
  });
}
