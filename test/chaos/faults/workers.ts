import { Load, pause } from '../load.ts';
import { seeded } from '../seeded.ts';

export interface WorkerFaultOptions {
  readonly url: string;
  readonly times: number;
  /** Milliseconds between two blows at most. */
  readonly between: number;
}

/** Kills workers by chance while runs come, and starts others in their place. */
export async function killWorkers({ url, times, between }: WorkerFaultOptions): Promise<void> {
  const chance = seeded('kill');
  const load = await Load.open({ url, chance, atOnce: 60 });
  await Promise.all([load.add(), load.add(), load.add()]);
  load.begin();
  for (let n = 0; n < times; n++) {
    await pause(chance.below(between));
    load.pick()?.kill('SIGKILL');
    await load.add();
  }
  await load.conclude('kill -9 of a worker', times);
}

/** Lets workers hang for longer than their lease, two at a time, and then go on. */
export async function stopWorkers({ url, times, between }: WorkerFaultOptions, lease: number): Promise<void> {
  const chance = seeded('stop');
  const load = await Load.open({ url, chance, atOnce: 40 });
  await Promise.all([load.add(), load.add(), load.add(), load.add()]);
  load.begin();
  for (let n = 0; n < times; n += 2) {
    await pause(chance.below(between));
    const stopped = [load.pick(), load.pick()];
    for (const worker of stopped) worker?.kill('SIGSTOP');
    await pause(lease * 1.5 + chance.below(between));
    for (const worker of stopped) {
      worker?.kill('SIGCONT');
      if (worker) load.workers.push(worker);
    }
  }
  await load.conclude('SIGSTOP past the lease, SIGCONT', times, { zombies: true });
}

/** Kills the only worker that holds runs, and measures how long each of them waits for another one: seconds. */
export async function takeOver({ url, times }: Pick<WorkerFaultOptions, 'url' | 'times'>): Promise<void> {
  const load = await Load.open({ url, chance: seeded('takeover'), atOnce: 20, slow: 400 });
  await load.add();
  load.begin();
  const waits: number[] = [];
  for (let n = 0; n < times; n++) {
    // The other one has no more room than to take over.
    const [victim] = load.workers.splice(0, 1);
    const held = await untilHeld(load);
    const at = Date.now();
    victim?.kill('SIGKILL');
    await load.add();
    waits.push(...(await untilTaken(load, held, at)));
  }
  const most = Math.max(...waits);
  await load.conclude('takeover after kill -9', times, {}, { most_seconds: Math.round(most / 100) / 10 });
  if (most > 15_000) throw new Error(`a run waited ${most} ms for another worker`);
}

/** Runs that no worker has died with yet; those that do not wait for a place. */
async function untilHeld({ sql }: Load): Promise<string[]> {
  for (;;) {
    const rows =
      await sql`select id from runs where status = 'running' and epoch % (1 << 20) = 0 and pipeline <> 'few'`;
    const held = rows.map(({ id }) => String(id));
    if (held.length >= 3) return held;
    await pause(50);
  }
}

/** Milliseconds from `at` until each run that went on was claimed once more. */
async function untilTaken(load: Load, runs: readonly string[], at: number): Promise<number[]> {
  for (;;) {
    const rows = await load.sql`select run, min(extract(epoch from at)::float8 * 1000) as at from witness.states
      where run = any(${[...runs]}) and was = 'running' and at > to_timestamp(${at / 1000}) group by run`;
    if (rows.length === runs.length) return rows.map((row) => row.at - at);
    await pause(100);
  }
}
