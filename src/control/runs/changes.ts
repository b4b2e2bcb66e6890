import { hasEnded } from '../../store/run-states.ts';
import type { ControlPlane } from '../control.ts';

/** How often a run is looked at by whoever waits for something to happen in it, milliseconds. */
const LOOK = 500;

/** Resolves when it is time to look at a run again: something may have happened, or a while has passed. */
export function nextLook({ clock, news }: ControlPlane, run: string, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      forget?.();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(LOOK, done);
    const forget = news?.subscribe(run, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Waits until a run has ended, so many milliseconds at most. */
export async function untilEnded(control: ControlPlane, run: string, ms: number): Promise<void> {
  const { clock, store } = control;
  const end = clock.now() + ms;
  for (;;) {
    const state = await store.runs.state(run);
    if (!state || hasEnded(state.status) || clock.now() >= end) return;
    await nextLook(control, run);
  }
}
