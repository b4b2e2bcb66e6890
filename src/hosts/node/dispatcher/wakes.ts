import type { Clock } from '../../../core/ports.ts';

/** When parked runs have to be woken: one timer for all. */
export class Wakes {
  readonly #clock: Clock;
  readonly #wake: (run: string) => void;
  readonly #due = new Map<string, number>();
  #stop: (() => void) | undefined;

  constructor(clock: Clock, wake: (run: string) => void) {
    this.#clock = clock;
    this.#wake = wake;
  }

  /** `until` in epoch milliseconds; the latest word counts. */
  set(run: string, until: number): void {
    if (this.#due.get(run) === until) return;
    this.#due.set(run, until);
    this.#plan();
  }

  close(): void {
    this.#due.clear();
    this.#stop?.();
  }

  #plan(): void {
    this.#stop?.();
    this.#stop = undefined;
    if (this.#due.size === 0) return;
    let first = Number.POSITIVE_INFINITY;
    for (const until of this.#due.values()) first = Math.min(first, until);
    this.#stop = this.#clock.after(Math.max(0, first - this.#clock.now()), () => this.#fire());
  }

  #fire(): void {
    const now = this.#clock.now();
    const due = [...this.#due].filter(([, until]) => until <= now).map(([run]) => run);
    for (const run of due) this.#due.delete(run);
    this.#plan();
    for (const run of due) this.#wake(run);
  }
}
