import { isObject, type JsonPath, own } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { Requirements } from '../plan.ts';
import type { Problem } from '../problem.ts';
import type { SourceFile } from '../source/file.ts';

/** A pipeline without errors of its own. */
export interface CheckedPipeline {
  /** Its plan, or the facts of one. */
  readonly plan: { readonly requires: Pick<Requirements, 'pipelines'> };
  /** Without it, problems have no lines. */
  readonly source?: SourceFile | undefined;
}

/** A pipeline on the way, with the calls that were not followed yet. */
interface Visit {
  readonly name: string;
  readonly rest: Iterator<string, undefined>;
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
      const { value: callee } = rest.next();
      if (callee === undefined) {
        trail.pop();
        open.delete(name);
        done.add(name);
      } else if (open.has(callee)) {
        const names = [...open];
        problems.push(circle(all.get(name), [...names.slice(names.indexOf(callee)), callee], callee));
      } else if (!done.has(callee)) enter(callee);
    }
  }
  if (problems.length === 0) problems.push(...tooDeep(mains, done, all, calls, limits.subpipeline_depth));
  return problems;
}

/** The names of what a pipeline calls, in the order of its file, each once. */
function callsOf({ plan }: CheckedPipeline): string[] {
  return [...new Set(plan.requires.pipelines.map(({ name }) => name))];
}

/** Where a pipeline first names another one. */
function pathOf(pipeline: CheckedPipeline | undefined, callee: string): JsonPath {
  const definition = pipeline?.source?.value;
  const stages = isObject(definition) ? own(definition, 'stages') : undefined;
  const index = (Array.isArray(stages) ? stages : []).findIndex((stage) => {
    const config = isObject(stage) && own(stage, 'component') === 'subpipeline' ? own(stage, 'config') : undefined;
    return isObject(config) && own(config, 'pipeline') === callee;
  });
  return index < 0 ? ['on_failure', 'pipeline'] : ['stages', index, 'config', 'pipeline'];
}

/** Names of a chain that are printed; the rest is counted. */
const MOST_NAMES = 20;

function chainText(names: readonly string[]): string {
  if (names.length <= MOST_NAMES) return names.join(' → ');
  const [first, last] = [names.slice(0, MOST_NAMES / 2), names.slice(-MOST_NAMES / 2)];
  return [...first, `(${names.length - MOST_NAMES} more)`, ...last].join(' → ');
}

function circle(pipeline: CheckedPipeline | undefined, trail: readonly string[], callee: string): Problem {
  const message = `These pipelines call each other in a circle: ${chainText(trail)}`;
  return problem(pipeline, 'PIPELINE_CYCLE', message, 'Take one of the calls out; to repeat stages use `loop`', callee);
}

/** The longest chain of calls, found from its end: `order` has callees before their callers, and there is no circle. */
function tooDeep(
  mains: readonly string[],
  order: Iterable<string>,
  all: ReadonlyMap<string, CheckedPipeline>,
  calls: ReadonlyMap<string, readonly string[]>,
  limit: number,
): Problem[] {
  const longest = new Map<string, { readonly depth: number; readonly next: string | undefined }>();
  const depthOf = (name: string): number => longest.get(name)?.depth ?? 0;
  for (const name of order) {
    const [next] = (calls.get(name) ?? []).toSorted((a, b) => depthOf(b) - depthOf(a));
    longest.set(name, { depth: next === undefined ? 0 : depthOf(next) + 1, next });
  }
  const [main] = mains.toSorted((a, b) => depthOf(b) - depthOf(a));
  if (main === undefined || depthOf(main) <= limit) return [];
  const chain = [main];
  for (let next = longest.get(main)?.next; next !== undefined; next = longest.get(next)?.next) chain.push(next);
  const message = `Pipelines call each other ${chain.length - 1} deep, at most ${limit} are allowed: ${chainText(chain)}`;
  return [problem(all.get(main), 'CALLS_TOO_DEEP', message, 'Put two of them into one', String(chain[1]))];
}

function problem(
  pipeline: CheckedPipeline | undefined,
  code: string,
  message: string,
  hint: string,
  callee: string,
): Problem {
  const source = pipeline?.source;
  const path = pathOf(pipeline, callee);
  const { line, column, length } = source?.locate(path) ?? {};
  return { code, severity: 'error', message, hint, file: source?.file, ...(source && { path }), line, column, length };
}
