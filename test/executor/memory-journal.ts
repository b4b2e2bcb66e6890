import { foldJournal, type Journal, type JournalEntry, type Recorded } from '../../src/core/journal.ts';

/** Where the journal dies: at the nth call of `append` or `flush`, counted together from 1. */
export interface Crash {
  readonly at: number;
  /** What of the entries that no flush had confirmed is found afterwards. */
  readonly survives: 'flushed' | 'half' | 'appended';
  /**
   * `never`: the process dies, and no flush is ever answered. `reject`: the process lives, its disk is gone, and every
   * flush from then on rejects.
   */
  readonly answer: 'reject' | 'never';
}

/** A journal in memory that is durable after a flush, as text, and that can die at any of its writes. */
export class MemoryJournal implements Journal {
  readonly #lines: string[] = [];
  readonly #crash: Crash | undefined;
  #durable = 0;
  #calls = 0;
  #dead = false;
  #died: () => void = () => {};
  /** Resolves when it has died. */
  readonly died: Promise<void>;
  /** Called when the process dies with it. */
  onDeath: () => void = () => {};

  constructor(crash?: Crash) {
    this.#crash = crash;
    this.died = new Promise((resolve) => {
      this.#died = resolve;
    });
  }

  append(entry: JournalEntry): void {
    if (this.#meetsCrash()) this.#die();
    if (!this.#dead) this.#lines.push(JSON.stringify(entry));
  }

  flush(): Promise<void> | undefined {
    const pending = this.#lines.length;
    if (this.#meetsCrash()) this.#die();
    if (!this.#dead && this.#durable === pending) return undefined;
    return new Promise((resolve, reject) => {
      setImmediate(() => {
        if (!this.#dead) {
          this.#durable = Math.max(this.#durable, pending);
          resolve();
        } else if (this.#crash?.answer === 'reject') reject(new Error('the disk is gone'));
      });
    });
  }

  /** Calls of `append` and `flush` so far. */
  get calls(): number {
    return this.#calls;
  }

  get entries(): JournalEntry[] {
    return this.#lines.map(parse);
  }

  /** What a flush has confirmed. */
  get durable(): JournalEntry[] {
    return this.#lines.slice(0, this.#durable).map(parse);
  }

  /** What is found after the crash, or after the run when there was none. */
  get survivors(): JournalEntry[] {
    const unconfirmed = this.#lines.length - this.#durable;
    const kept = { flushed: 0, half: Math.ceil(unconfirmed / 2), appended: unconfirmed };
    return this.#lines.slice(0, this.#durable + kept[this.#crash?.survives ?? 'appended']).map(parse);
  }

  get recorded(): Recorded {
    return foldJournal(this.survivors);
  }

  #meetsCrash(): boolean {
    this.#calls++;
    return !this.#dead && this.#calls === this.#crash?.at;
  }

  #die(): void {
    this.#dead = true;
    if (this.#crash?.answer === 'never') this.onDeath();
    this.#died();
  }
}

function parse(line: string): JournalEntry {
  // Only `append` writes lines, and it takes nothing but entries.
  return JSON.parse(line) as JournalEntry;
}
