import { fail } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { quote } from '../../core/quote.ts';
import { setAt } from '../../core/set-at.ts';
import type { Run } from '../../store/run-states.ts';
import type { NewRun } from '../../store/runs.ts';
import { bodyJson } from '../schema/run.ts';
import type { Call } from '../verb.ts';
import { acceptRun } from './accept.ts';
import { findPipeline } from './find-pipeline.ts';

/** What `runs.trigger` begins with for a run that was started with the input of another one; that run's id follows. */
export const REPLAYED = 'replay:';

export interface ReplayOptions {
  /** Instead of the recorded input; undefined for that. */
  readonly input?: unknown;
  /** By place in the input. */
  readonly set: Readonly<Record<string, unknown>>;
  readonly release: 'same' | 'active';
}

/** A new run of the same pipeline with the recorded input, or one that was changed. Throws as `findPipeline`, `acceptRun`. */
export async function replayOf(
  call: Call,
  run: Run,
  { input, set, release }: ReplayOptions,
  idOf?: (release: string) => string,
): Promise<NewRun> {
  const wanted = release === 'same' ? { release: run.release } : {};
  const pipeline = await findPipeline(call.control, run.pipeline, wanted);
  const changed = withSet(input === undefined ? run.input : bodyJson(input), set);
  const run_id = idOf?.(pipeline.release);
  return acceptRun(call, pipeline, {
    input: changed,
    priority: run.priority,
    trigger: `${REPLAYED}${run.id}`,
    ...(run_id === undefined ? undefined : { run_id }),
  });
}

function withSet(input: Json, set: Readonly<Record<string, unknown>>): Json {
  let value = input;
  for (const [place, member] of Object.entries(set)) {
    const keys = place.split('.');
    if (keys.some((key) => key === '' || key === '__proto__')) {
      fail('REQUEST_INVALID', `set: Expected a place such as user.name, found ${quote(place)}`);
    }
    value = setAt(value, keys, bodyJson(member), { what: `set ${quote(place)}` });
  }
  return value;
}
