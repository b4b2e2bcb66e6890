import type { Clock } from '../../core/ports.ts';
import type { Component, StageContext } from '../../executor/component.ts';
import type { TestClock } from './clock.ts';

/** A component whose real work holds the test's clock; what it waits for on the clock that it is given costs no time. */
export function timed(component: Component, clock: TestClock): Component {
  const { run } = component;
  if (!run) return component;
  return {
    ...component,
    run(config, context) {
      const work = new Work(clock);
      const result = run(config, withClock(context, work));
      if (!isPromise(result)) return result;
      work.begin();
      return Promise.resolve(result).finally(() => work.end());
    },
  };
}

/** One call of a component: it holds the clock while it works and does not wait on it. */
class Work implements Clock {
  readonly #clock: TestClock;
  #working = false;
  #holding = false;
  #waits = 0;

  constructor(clock: TestClock) {
    this.#clock = clock;
  }

  begin(): void {
    this.#working = true;
    this.#settle();
  }

  end(): void {
    this.#working = false;
    this.#settle();
  }

  now(): number {
    return this.#clock.now();
  }

  after(ms: number, callback: () => void): () => void {
    let waiting = true;
    const end = (): void => {
      if (!waiting) return;
      waiting = false;
      this.#waits--;
      this.#settle();
    };
    this.#waits++;
    this.#settle();
    const cancel = this.#clock.after(ms, () => {
      end();
      callback();
    });
    return () => {
      cancel();
      end();
    };
  }

  #settle(): void {
    const wanted = this.#working && this.#waits === 0;
    if (wanted === this.#holding) return;
    this.#holding = wanted;
    if (wanted) this.#clock.hold();
    else this.#clock.release();
  }
}

function withClock(context: StageContext, clock: Clock): StageContext {
  return new Proxy(context, {
    // The context's own getters must see the context itself.
    get: (target, key) => (key === 'clock' ? clock : Reflect.get(target, key, target)),
  });
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { then?: unknown } | null | undefined)?.then === 'function';
}
