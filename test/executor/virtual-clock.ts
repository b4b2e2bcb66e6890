import type { Clock } from '../../src/core/ports.ts';

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Turns of the event loop without a look at the clock after which everything counts as idle. */
const IDLE_TURNS = 4;

/** Time that stands still while anything runs, and jumps to the next timer as soon as all is idle. */
export class VirtualClock implements Clock {
  readonly start: number;
  #now: number;
  #timers: Timer[] = [];
  #turns = 0;
  #driving = false;
  #stopped = false;

  constructor(start: number = Date.UTC(2026, 0, 5, 12)) {
    this.start = start;
    this.#now = start;
  }

  now(): number {
    this.#turns = 0;
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    this.#turns = 0;
    const timer: Timer = { at: this.#now + Math.max(0, ms), callback };
    if (!this.#stopped) {
      // Equal instants fire in the order in which they were asked for.
      const place = this.#timers.findLastIndex((other) => other.at <= timer.at) + 1;
      this.#timers.splice(place, 0, timer);
      this.#drive();
    }
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Milliseconds since the clock was made. */
  get elapsed(): number {
    return this.#now - this.start;
  }

  /** Timers that still wait to fire. */
  get pending(): number {
    return this.#timers.length;
  }

  /** Resolves when every timer has fired and all is idle. */
  async drained(): Promise<void> {
    for (this.#turns = 0; this.#timers.length > 0 || this.#turns < 10 * IDLE_TURNS; this.#turns++) {
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  /** The process is dead: no timer fires any more. */
  stop(): void {
    this.#stopped = true;
    this.#timers = [];
  }

  #drive(): void {
    if (this.#driving) return;
    this.#driving = true;
    this.#turns = 0;
    const turn = (): void => {
      if (this.#timers.length === 0) {
        this.#driving = false;
        return;
      }
      if (this.#turns++ >= IDLE_TURNS) this.#fire();
      setImmediate(turn);
    };
    setImmediate(turn);
  }

  #fire(): void {
    const next = this.#timers.shift();
    if (!next) return;
    this.#turns = 0;
    this.#now = Math.max(this.#now, next.at);
    next.callback();
  }
}
