import { hasEnded } from '../../store/run-states.ts';
import type { ControlPlane } from '../control.ts';

/** How soon a run is looked at again by whoever waits for something to happen in it, milliseconds: at first, and at most. */
const SOON = 20;
const LATE = 500;

/**
 * Resolves when it is time to look at a run again: something may have happened, or a while has passed, which is the longer
 * the more looks have shown nothing.
 */
export function nextLook(
  { clock, news }: ControlPlane,
  run: string,
  fruitless: number,
  signal?: AbortSignal,
): Promise<void> {
  if (signal?.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      cancel();
      forget?.();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(Math.min(LATE, SOON * 2 ** fruitless), done);
    const forget = news?.subscribe(run, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** Waits until a run has ended, so many milliseconds at most. */
export async function untilEnded(control: ControlPlane, run: string, ms: number): Promise<void> {
  const { clock, store } = control;
  const end = clock.now() + ms;
  for (let fruitless = 0; ; fruitless++) {
    const state = await store.runs.state(run);
    if (!state || hasEnded(state.status) || clock.now() >= end) return;
    await nextLook(control, run, fruitless);
  }
}
