import { StageError } from '../core/run.ts';
import { concurrencyKey } from '../executor/concurrency.ts';
import type { Run } from '../store/run-states.ts';
import type { WorkerHost } from './host.ts';
import type { LoadedPipeline } from './release-cache.ts';

/**
 * Whether a run may begin now (PIPELINES.md 1, `concurrency`): `taken` also where the pipeline sets no bound. `full`: as
 * many as it allows are under way. Throws StageError `EXPRESSION` of the key.
 */
export async function takeSlot(
  store: WorkerHost['store'],
  run: Run,
  { plan, runtime }: LoadedPipeline,
  place: Parameters<typeof concurrencyKey>[1],
): Promise<'taken' | 'full'> {
  if (!plan?.concurrency) return 'taken';
  let key = run.concurrency_key;
  try {
    key ??= await concurrencyKey(plan, place, runtime.limits, runtime.clock.now());
  } catch (error) {
    // An input that does not fit is refused by the run itself, with everything that is wrong.
    if (error instanceof StageError && error.type !== 'EXPRESSION') return 'taken';
    throw error;
  }
  const { environment, pipeline } = run;
  const isMine = await store.slots.take(run.id, { environment, pipeline, key }, plan.concurrency.limit);
  return isMine ? 'taken' : 'full';
}
