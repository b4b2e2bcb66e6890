import { RENEW_MS } from '../store/idempotency.ts';
import type { ControlPlane } from './control.ts';

/** An attempt at a call that has an `Idempotency-Key`. */
export interface Attempt {
  readonly actor: string;
  readonly key: string;
  readonly attempt: number;
}

/**
 * Says again and again that a call goes on, so that a repetition waits for its answer; when this process dies, the next
 * one goes on soon. The answer ends that. Nothing rests on it: who has lost the key cannot commit.
 */
export function holdKey({ store, clock }: Pick<ControlPlane, 'store' | 'clock'>, held: Attempt): () => Promise<void> {
  let stop = (): void => {};
  let ended = false;
  let current: Promise<void> = Promise.resolve();
  const plan = (): void => {
    if (!ended) stop = clock.after(RENEW_MS, renew);
  };
  const renew = (): void => {
    current = store.idempotency.renew(held, held.attempt).then(
      (isHeld) => {
        if (isHeld) plan();
      },
      // A database that is away for a moment is asked again; the call itself says when it stays away.
      plan,
    );
  };
  plan();
  return async () => {
    ended = true;
    stop();
    await current;
  };
}
