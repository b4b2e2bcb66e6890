import { unpackEpoch } from '../../store/epoch.ts';
import type { ControlPlane } from '../control.ts';

/** Hands a run on that has something to do; one that has not is let be. */
export async function enqueueDue({ store, dispatcher }: ControlPlane, run: string): Promise<void> {
  const state = await store.runs.state(run);
  if (state?.status !== 'queued') return;
  await dispatcher.enqueue({ run, segment: unpackEpoch(state.epoch).segment });
}
