import type { JsonPath } from '../../core/json.ts';
import type { Limits } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import type { LoadedPipeline } from './compile-unit.ts';

/** One pipeline that names another, and where. */
interface Call {
  readonly to: string;
  readonly path: JsonPath;
}

/**
 * Pipelines that call each other in a circle, or too deep (PIPELINES.md 1, limits). A circle would never end; what
 * starts on a failure counts too, because it would start for ever.
 */
export function checkCalls(
  mains: readonly string[],
  all: ReadonlyMap<string, LoadedPipeline>,
  limits: Limits,
): Problem[] {
  const calls = new Map([...all].map(([name, pipeline]) => [name, callsOf(pipeline)]));
  const problems: Problem[] = [];
  const done = new Set<string>();
  const visit = (name: string, trail: readonly string[]): void => {
    for (const call of calls.get(name) ?? []) {
      const start = trail.indexOf(call.to);
      if (start >= 0) problems.push(circle(all.get(name), [...trail.slice(start), call.to], call.path));
      else if (!done.has(call.to)) visit(call.to, [...trail, call.to]);
    }
    done.add(name);
  };
  for (const main of mains) if (!done.has(main)) visit(main, [main]);
  if (problems.length === 0) problems.push(...tooDeep(mains, all, calls, limits.subpipeline_depth));
  return problems;
}

function callsOf({ definition }: LoadedPipeline): Call[] {
  const calls = definition.stages.flatMap((stage, index): Call[] =>
    stage.component === 'subpipeline'
      ? [{ to: String(stage.config?.pipeline), path: ['stages', index, 'config', 'pipeline'] }]
      : [],
  );
  const { on_failure } = definition;
  return on_failure ? [...calls, { to: on_failure.pipeline, path: ['on_failure', 'pipeline'] }] : calls;
}

function circle(pipeline: LoadedPipeline | undefined, trail: readonly string[], path: JsonPath): Problem {
  const message = `These pipelines call each other in a circle: ${trail.join(' → ')}`;
  return problem(pipeline, 'PIPELINE_CYCLE', message, 'Take one of the calls out; to repeat stages use `loop`', path);
}

/** The longest chain of calls, found from its end; there is no circle any more. */
function tooDeep(
  mains: readonly string[],
  all: ReadonlyMap<string, LoadedPipeline>,
  calls: ReadonlyMap<string, readonly Call[]>,
  limit: number,
): Problem[] {
  const longest = new Map<string, readonly string[]>();
  const below = (name: string): readonly string[] => {
    const known = longest.get(name);
    if (known) return known;
    const chains = (calls.get(name) ?? []).map((call) => below(call.to));
    const chain = [name, ...chains.reduce((a, b) => (b.length > a.length ? b : a), [])];
    longest.set(name, chain);
    return chain;
  };
  const chain = mains.map(below).reduce((a, b) => (b.length > a.length ? b : a), []);
  const [main, next] = chain;
  if (chain.length - 1 <= limit || main === undefined || next === undefined) return [];
  const path = calls.get(main)?.find((call) => call.to === next)?.path ?? [];
  const message = `Pipelines call each other ${chain.length - 1} deep, at most ${limit} are allowed: ${chain.join(' → ')}`;
  return [problem(all.get(main), 'CALLS_TOO_DEEP', message, 'Put two of them into one', path)];
}

function problem(
  pipeline: LoadedPipeline | undefined,
  code: string,
  message: string,
  hint: string,
  path: JsonPath,
): Problem {
  const { line, column, length } = pipeline?.source.locate(path) ?? {};
  return { code, severity: 'error', message, hint, file: pipeline?.source.file, path, line, column, length };
}
