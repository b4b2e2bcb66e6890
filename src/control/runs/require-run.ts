import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';
import type { Run } from '../../store/run-states.ts';
import type { StoreTransaction } from '../../store/store.ts';

/** A run of this environment. Throws FlowMasonError `NOT_FOUND`. */
export async function requireRun(store: Pick<StoreTransaction, 'runs'>, environment: string, id: string): Promise<Run> {
  const run = await store.runs.get(id);
  return run && run.environment === environment ? run : noRun(id);
}

export function noRun(id: string): never {
  fail('NOT_FOUND', `There is no run ${quote(id)}`, { hint: 'fm runs list' });
}
