import type { Clock } from '../../core/ports.ts';

/** What a test's clock needs of the machine. */
export interface Machine {
  /** The real clock. */
  readonly clock: Clock;
  /** Calls back when everything that is ready now has run: a turn of the event loop. */
  turn(callback: () => void): void;
}

interface Timer {
  readonly at: number;
  readonly callback: () => void;
}

/** Turns of the event loop without a look at the clock after which everything counts as idle. */
const IDLE_TURNS = 4;

/**
 * Time of one test: it stands still while anything runs, and jumps to the next timer as soon as all is idle. While a
 * component really works (`hold`) it stands still as well, so that tests repeat, and the next timer fires as late as it
 * really would: a component that hangs meets its timeout.
 */
export class TestClock implements Clock {
  readonly start: number;
  readonly #machine: Machine;
  #now: number;
  #timers: Timer[] = [];
  #turns = 0;
  #driving = false;
  #stopped = false;
  #holds = 0;
  #heldSince = 0;
  #stopReal: (() => void) | undefined;
  /** Who waits until nothing is left to happen. */
  readonly #idlers = new Set<() => void>();

  /** `start` in epoch milliseconds. */
  constructor(start: number, machine: Machine) {
    this.start = start;
    this.#now = start;
    this.#machine = machine;
  }

  now(): number {
    this.#turns = 0;
    return this.#now;
  }

  after(ms: number, callback: () => void): () => void {
    const timer: Timer = { at: this.now() + Math.max(0, ms), callback };
    if (!this.#stopped) {
      // Equal instants fire in the order in which they were asked for.
      this.#timers.splice(this.#timers.findLastIndex(({ at }) => at <= timer.at) + 1, 0, timer);
      this.#wake();
    }
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer);
    };
  }

  /** Milliseconds since it began. */
  get elapsed(): number {
    return this.now() - this.start;
  }

  /** From now on no timer fires before its time, until everybody who holds has let go. */
  hold(): void {
    if (this.#holds++ > 0) return;
    this.#heldSince = this.#machine.clock.now();
    this.#wake();
  }

  release(): void {
    this.#holds--;
    if (this.#holds > 0) return;
    this.#stopReal?.();
    this.#stopReal = undefined;
    this.#wake();
  }

  /** Calls back once all is idle and no timer is left, so that nothing will happen by itself; the answer cancels it. */
  whenIdle(callback: () => void): () => void {
    this.#idlers.add(callback);
    this.#wake();
    return () => this.#idlers.delete(callback);
  }

  /** The test is over: no timer fires any more. */
  stop(): void {
    this.#stopped = true;
    this.#timers = [];
    this.#idlers.clear();
    this.#stopReal?.();
  }

  get #awaited(): boolean {
    return this.#timers.length + this.#idlers.size > 0;
  }

  #wake(): void {
    if (!this.#awaited || this.#stopped) return;
    if (this.#holds > 0) this.#waitReally();
    else this.#drive();
  }

  #waitReally(): void {
    this.#stopReal?.();
    const next = this.#timers[0];
    if (!next) return;
    const elapsed = this.#machine.clock.now() - this.#heldSince;
    this.#stopReal = this.#machine.clock.after(Math.max(0, next.at - this.#now - elapsed), () => {
      this.#heldSince = this.#machine.clock.now();
      this.#fire();
      if (this.#holds > 0) this.#waitReally();
    });
  }

  #drive(): void {
    if (this.#driving) return;
    this.#driving = true;
    this.#turns = 0;
    const turn = (): void => {
      if (!this.#awaited || this.#holds > 0) {
        this.#driving = false;
        return;
      }
      if (this.#turns++ >= IDLE_TURNS) this.#fire();
      this.#machine.turn(turn);
    };
    this.#machine.turn(turn);
  }

  #fire(): void {
    const next = this.#timers.shift();
    this.#turns = 0;
    if (!next) {
      this.#tellIdlers();
      return;
    }
    this.#now = Math.max(this.#now, next.at);
    next.callback();
  }

  #tellIdlers(): void {
    const idlers = [...this.#idlers];
    this.#idlers.clear();
    for (const idler of idlers) idler();
  }
}
