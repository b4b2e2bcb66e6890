import type { Expression } from '../../core/expression/types.ts';
import type { Json } from '../../core/json.ts';
import type { Graph } from '../../core/plan.ts';
import { StageError } from '../../core/run.ts';
import { holds } from '../condition.ts';
import { StageEnvironment } from '../environment.ts';
import { CANCELLED, type Outcome } from '../outcome.ts';
import { Scope } from '../scope.ts';
import { begin } from './begin.ts';
import type { Control } from './control.ts';
import { bounded, iterationResult } from './iteration.ts';

/** How often a loop without `max_iterations` may repeat (PIPELINES.md 5). */
const DEFAULT_CAP = 100;

/** Repeats its stages until `until` holds, in the scope of the iteration that just ended, or the cap is met. */
export const loop: Control = async (context): Promise<Outcome> => {
  const { stageRun, config, cancel } = context;
  const { run, stage, scope, path, startedAt } = stageRun;
  const body = stage.bodies.loop_stages as Graph;
  const { initial } = begin(stageRun, () => ({ initial: config.initial ?? null }));
  const written = config.max_iterations as number | undefined;
  const cap = written ?? DEFAULT_CAP;
  const results: Json[] = [];
  let previous: Json = initial;
  let done = false;
  while (!done && results.length < cap) {
    if (cancel.cancelled) return CANCELLED;
    const place = `${path}[${results.length}]`;
    const inner = new Scope(body, scope.frame, `${place}/`, scope, { iteration: results.length, previous });
    const outcome = await run.runGraph(inner, cancel);
    if (outcome.kind !== 'done') return outcome;
    const environment = new StageEnvironment(run, inner, place, startedAt, stageRun.attempt);
    const result = iterationResult(stageRun, inner, environment, place);
    if (result.kind === 'failed') return result;
    results.push(result.value);
    previous = result.value;
    done = holds(stage.lateExpressions.until as Expression, environment, 'config.until');
  }
  const onLimit = config.on_limit ?? (written === undefined ? 'fail' : 'continue');
  if (!done && onLimit === 'fail') {
    throw new StageError(
      'QUOTA',
      'too_many_iterations',
      `loop ${stage.id} did not come to its end in ${cap} iterations`,
      {
        hint: 'raise `max_iterations`, or write `"on_limit": "continue"` to go on with what it has',
      },
    );
  }
  const output = { results, last: previous, iterations: results.length, exhausted: !done };
  return { kind: 'succeeded', output: bounded(stageRun, output) };
};
