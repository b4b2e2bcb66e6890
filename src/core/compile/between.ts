import type { JsonPath } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { PipelineDefinition } from '../pipeline.ts';
import type { Problem } from '../problem.ts';
import type { SourceFile } from '../source/file.ts';

/** A pipeline without errors of its own. */
export interface CheckedPipeline {
  readonly definition: PipelineDefinition;
  readonly source: SourceFile;
}

/** One pipeline that names another, and where. */
interface Call {
  readonly to: string;
  readonly path: JsonPath;
}

/** A pipeline on the way, with the calls that were not followed yet. */
interface Visit {
  readonly name: string;
  readonly rest: Iterator<Call, undefined>;
}

/**
 * Pipelines that call each other in a circle, or too deep (PIPELINES.md 1, limits). A circle would never end; what
 * starts on a failure counts too, because it would start for ever. Without recursion: a release may be one long chain.
 */
export function checkCalls(
  mains: readonly string[],
  all: ReadonlyMap<string, CheckedPipeline>,
  limits: Pick<Limits, 'subpipeline_depth'>,
): Problem[] {
  const calls = new Map([...all].map(([name, pipeline]) => [name, callsOf(pipeline)]));
  const problems: Problem[] = [];
  /** Callees before their callers. */
  const done = new Set<string>();
  for (const main of mains) {
    const trail: Visit[] = [];
    const open = new Set<string>();
    const enter = (name: string): void => {
      trail.push({ name, rest: (calls.get(name) ?? []).values() });
      open.add(name);
    };
    if (!done.has(main)) enter(main);
    for (let visit = trail.at(-1); visit; visit = trail.at(-1)) {
      const { name, rest } = visit;
      const { value: call } = rest.next();
      if (!call) {
        trail.pop();
        open.delete(name);
        done.add(name);
      } else if (open.has(call.to)) {
        const names = [...open];
        problems.push(circle(all.get(name), [...names.slice(names.indexOf(call.to)), call.to], call.path));
      } else if (!done.has(call.to)) enter(call.to);
    }
  }
  if (problems.length === 0) problems.push(...tooDeep(mains, done, all, calls, limits.subpipeline_depth));
  return problems;
}

function callsOf({ definition }: CheckedPipeline): Call[] {
  const calls = definition.stages.flatMap((stage, index): Call[] =>
    stage.component === 'subpipeline'
      ? [{ to: String(stage.config?.pipeline), path: ['stages', index, 'config', 'pipeline'] }]
      : [],
  );
  const { on_failure } = definition;
  return on_failure ? [...calls, { to: on_failure.pipeline, path: ['on_failure', 'pipeline'] }] : calls;
}

/** Names of a chain that are printed; the rest is counted. */
const MOST_NAMES = 20;

function chainText(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(' → ');
  const [first, last] = [names.slice(0, MOST_NAMES / 2), names.slice(-MOST_NAMES / 2)];
  return [...first, `(${names.length - MOST_NAMES} more)`, ...last].join(' → ');
}

function circle(pipeline: CheckedPipeline | undefined, trail: readonly string[], path: JsonPath): Problem {
  const message = `These pipelines call each other in a circle: ${chainText(trail)}`;
  return problem(pipeline, 'PIPELINE_CYCLE', message, 'Take one of the calls out; to repeat stages use `loop`', path);
}

/** The longest chain of calls, found from its end: `order` has callees before their callers, and there is no circle. */
function tooDeep(
  mains: readonly string[],
  order: Iterable<string>,
  all: ReadonlyMap<string, CheckedPipeline>,
  calls: ReadonlyMap<string, readonly Call[]>,
  limit: number,
): Problem[] {
  const longest = new Map<string, { readonly depth: number; readonly next: Call | undefined }>();
  const depthOf = (name: string): number => longest.get(name)?.depth ?? 0;
  for (const name of order) {
    const [next] = (calls.get(name) ?? []).toSorted((a, b) => depthOf(b.to) - depthOf(a.to));
    longest.set(name, { depth: next ? depthOf(next.to) + 1 : 0, next });
  }
  const [main] = mains.toSorted((a, b) => depthOf(b) - depthOf(a));
  if (main === undefined || depthOf(main) <= limit) return [];
  const chain = [main];
  for (let next = longest.get(main)?.next; next; next = longest.get(next.to)?.next) chain.push(next.to);
  const path = longest.get(main)?.next?.path ?? [];
  const message = `Pipelines call each other ${chain.length - 1} deep, at most ${limit} are allowed: ${chainText(chain)}`;
  return [problem(all.get(main), 'CALLS_TOO_DEEP', message, 'Put two of them into one', path)];
}

function problem(
  pipeline: CheckedPipeline | undefined,
  code: string,
  message: string,
  hint: string,
  path: JsonPath,
): Problem {
  const { line, column, length } = pipeline?.source.locate(path) ?? {};
  return { code, severity: 'error', message, hint, file: pipeline?.source.file, path, line, column, length };
}
