import type { Clock } from '../../src/core/ports.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/** Real time that can be made to jump: what is due after a jump happens at once, and nobody waits for it. */
export class JumpClock implements Clock {
  #ahead = 0;
  readonly #timers = new Set<Timer>();

  now(): number {
    return Date.now() + this.#ahead;
  }

  after(ms: number, callback: () => void): () => void {
    let real: NodeJS.Timeout | undefined;
    const cancel = (): void => {
      this.#timers.delete(timer);
      clearTimeout(real);
    };
    const timer: Timer = {
      at: this.now() + ms,
      fire: () => {
        cancel();
        callback();
      },
    };
    this.#timers.add(timer);
    if (ms < 2 ** 31) real = setTimeout(timer.fire, ms);
    return cancel;
  }

  jump(ms: number): void {
    this.#ahead += ms;
    const due = [...this.#timers].filter(({ at }) => at <= this.now()).sort((a, b) => a.at - b.at);
    for (const { fire } of due) fire();
  }
}
