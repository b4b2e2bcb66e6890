import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import type { Call } from '../../src/control/verb.ts';
import { change, perform } from '../../src/control/verb.ts';
import type { Clock } from '../../src/core/ports.ts';
import { code, type World } from '../store/world.ts';
import { databases } from './databases.ts';
import { planeIn } from './plane.ts';

const LEASE_MS = 6_000;

/** Timers of a process, which run when they are told to; a process that has died runs none. */
class HeldTimers implements Clock {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #set: (() => void)[] = [];
  #awaited: ((timer: () => void) => void) | undefined;

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  now(): number {
    return this.#clock.now();
  }

  after(_ms: number, callback: () => void): () => void {
    this.#set.push(callback);
    this.#awaited?.(callback);
    return () => {
      this.#set.splice(this.#set.indexOf(callback), 1);
    };
  }

  /** Runs the timer that is set, and waits until it has set the next one. */
  async next(): Promise<void> {
    const [timer] = this.#set.splice(0, 1);
    if (!timer) throw new Error('No timer is set');
    const following = new Promise<() => void>((resolve) => {
      this.#awaited = resolve;
    });
    timer();
    await following;
  }

  get set(): number {
    return this.#set.length;
  }
}

/** A verb whose preparation lasts until it is told to end, and which leaves a trace of each time that it was done. */
function slow() {
  let end = (): void => {};
  let begun = (): void => {};
  const ended = new Promise<void>((resolve) => {
    end = resolve;
  });
  const started = new Promise<void>((resolve) => {
    begun = resolve;
  });
  const verb = (name: string, fails = false) =>
    change({
      summary: 'Sets a variable.',
      scope: null,
      input: v.strictObject({}),
      prepare: async () => {
        begun();
        if (name === 'slow') await ended;
        if (fails) throw new Error('broken');
      },
      apply: async ({ tx, caller }) => {
        await tx.vars.set({ environment: 'staging', name, actor: caller.actor }, true);
        return { by: name };
      },
    });
  return { verb, end, started };
}

function processIn(world: World) {
  const timers = new HeldTimers(world.clock);
  const control = planeIn({ store: world.store, clock: timers });
  const call: Call = {
    control,
    caller: { actor: 'ada', scopes: new Set(), idempotency_key: 'key', request_id: 'req-1' },
  };
  return { timers, call };
}

const done = async ({ store }: World) => (await store.vars.list('staging')).map(({ name }) => name);

describe.each(databases())('a call with an Idempotency-Key, over %s', (_, open) => {
  it('is waited for as long as its process lives, and then answered to those who repeat it', async () => {
    const world = await open();
    const { timers, call } = processIn(world);
    const { verb, end, started } = slow();
    const first = perform(verb('slow'), call, {}, 'POST /slow');
    await started;
    for (let ms = 0; ms < 10 * LEASE_MS; ms += LEASE_MS / 2) {
      world.clock.advance(LEASE_MS / 2);
      await timers.next();
      await expect(perform(verb('again'), call, {}, 'POST /slow')).rejects.toEqual(code('IDEMPOTENCY_IN_FLIGHT'));
    }
    end();
    expect(await first).toEqual({ by: 'slow' });
    expect(await perform(verb('again'), call, {}, 'POST /slow')).toEqual({ by: 'slow' });
    expect([await done(world), timers.set]).toEqual([['slow'], 0]);
  });

  it('is done by a repetition when its process was silent, and then not by itself any more', async () => {
    const world = await open();
    const { call } = processIn(world);
    const other = processIn(world);
    const { verb, end, started } = slow();
    const first = perform(verb('slow'), call, {}, 'POST /slow');
    await started;
    world.clock.advance(LEASE_MS - 1);
    await expect(perform(verb('again'), other.call, {}, 'POST /slow')).rejects.toEqual(code('IDEMPOTENCY_IN_FLIGHT'));
    world.clock.advance(1);
    expect(await perform(verb('again'), other.call, {}, 'POST /slow')).toEqual({ by: 'again' });
    end();
    await expect(first).rejects.toEqual(code('IDEMPOTENCY_IN_FLIGHT', 'has taken its place'));
    expect(await perform(verb('later'), other.call, {}, 'POST /slow')).toEqual({ by: 'again' });
    expect(await done(world)).toEqual(['again']);
  });

  it('may be repeated at once when it has failed, and sets no timer any more', async () => {
    const world = await open();
    const { timers, call } = processIn(world);
    const { verb } = slow();
    await expect(perform(verb('one', true), call, {}, 'POST /slow')).rejects.toThrow('broken');
    expect(timers.set).toBe(0);
    expect(await perform(verb('two'), call, {}, 'POST /slow')).toEqual({ by: 'two' });
    expect([await done(world), timers.set]).toEqual([['two'], 0]);
  });
});
