import { StageError } from '../core/run.ts';
import { concurrencyKey } from '../executor/concurrency.ts';
import type { Run } from '../store/run-states.ts';
import type { WorkerHost } from './host.ts';
import type { LoadedPipeline } from './release-cache.ts';

/** As many runs with this key as the pipeline allows are under way. */
export interface Full {
  readonly key: string;
  readonly limit: number;
}

/**
 * Takes a run's place among those of its pipeline (PIPELINES.md 1, `concurrency`). Undefined when it may begin, also where
 * the pipeline sets no bound. Throws StageError `EXPRESSION` of the key.
 */
export async function takeSlot(
  store: WorkerHost['store'],
  run: Run,
  { plan, runtime }: LoadedPipeline,
  place: Parameters<typeof concurrencyKey>[1],
): Promise<Full | undefined> {
  if (!plan?.concurrency) return undefined;
  let key = run.concurrency_key;
  try {
    key ??= await concurrencyKey(plan, place, runtime.limits, runtime.clock.now());
  } catch (error) {
    // An input that does not fit is refused by the run itself, with everything that is wrong.
    if (error instanceof StageError && error.type !== 'EXPRESSION') return undefined;
    throw error;
  }
  const { environment, pipeline } = run;
  const { limit } = plan.concurrency;
  return (await store.slots.take(run.id, { environment, pipeline, key }, limit)) ? undefined : { key, limit };
}
