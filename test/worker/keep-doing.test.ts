import { expect, it } from 'vitest';
import { type Chore, keepDoing } from '../../src/worker/keep-doing.ts';
import { VirtualClock } from '../executor/virtual-clock.ts';

const MINUTE = 60_000;

/** A chore that is due at each of these times, and what was done for it. */
function chore(clock: VirtualClock, due: number[], more: Partial<Chore> = {}) {
  const seen = { looks: 0, done: [] as number[], errors: [] as unknown[] };
  const keep = keepDoing(
    {
      async nextDue() {
        seen.looks++;
        return due[0];
      },
      now: async () => clock.now(),
      async work() {
        seen.done.push(clock.elapsed);
        due.shift();
      },
      onError: (error) => void seen.errors.push(error),
      ...more,
    },
    clock,
    { fraction: () => 0.5 },
  );
  return { seen, keep };
}

const until = (clock: VirtualClock, ms: number): Promise<void> =>
  new Promise((resolve) => {
    clock.after(ms, resolve);
  });

it('does what is due soon after it is, and asks little in between', async () => {
  const clock = new VirtualClock();
  const { seen, keep } = chore(clock, [clock.now() + MINUTE, clock.now() + MINUTE, clock.now() + 30 * MINUTE]);
  await until(clock, 60 * MINUTE);
  await keep();
  const late = [MINUTE, MINUTE, 30 * MINUTE].map((due, index) => (seen.done[index] ?? 0) - due);
  expect(seen.done).toHaveLength(3);
  for (const ms of late) expect(ms).toBeLessThan(500);
  expect(seen.looks).toBeLessThan(60 * 13);
});

it('goes on when the database was away, and ends when it is told to', async () => {
  const clock = new VirtualClock();
  let away = true;
  const { seen, keep } = chore(clock, [clock.now()], {
    async nextDue() {
      if (away) throw new Error('away');
      return clock.now();
    },
    async work() {
      seen.done.push(clock.elapsed);
    },
  });
  await until(clock, MINUTE);
  expect([seen.errors.length > 5, seen.done]).toEqual([true, []]);
  away = false;
  await until(clock, MINUTE);
  expect(seen.done.length).toBeGreaterThan(0);
  await keep();
  const { length } = seen.done;
  await until(clock, MINUTE);
  expect(seen.done).toHaveLength(length);
  await clock.drained();
  expect(clock.pending).toBe(0);
});
