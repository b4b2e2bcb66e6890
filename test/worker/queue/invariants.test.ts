import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { readEvidence } from '../../chaos/evidence.ts';
import { type Expected, INVARIANTS, type Invariant, violations } from '../../chaos/invariants.ts';
import { installWitness } from '../../chaos/witness.ts';
import type { Call } from '../effect-server.ts';
import { effects } from '../open.ts';
import { openIdle } from './queue-world.ts';

/** The record of a run, to be changed by a plant. */
interface Scene {
  readonly sql: postgres.TransactionSql;
  readonly run: string;
  /** What the receiver has heard. */
  calls: Call[];
}

interface Case {
  readonly invariant: Invariant;
  readonly what: string;
  readonly plant: (scene: Scene) => unknown;
}

const PLANTS: readonly Case[] = [
  {
    invariant: 'accepted',
    what: 'a run that was accepted and is gone',
    plant: ({ sql, run }) => sql`delete from runs where id = ${run}`,
  },
  {
    invariant: 'settled',
    what: 'a run that nobody goes on with',
    plant: ({ sql }) => sql`update runs set status = 'running'`,
  },
  {
    invariant: 'settled',
    what: 'a run that failed for no reason of its own',
    plant: ({ sql }) => sql`update runs set status = 'failed', error = '{"code": "boom"}'`,
  },
  {
    invariant: 'one_final_state',
    what: 'a run that ended twice',
    plant: ({ sql }) => sql`update runs set status = 'cancelled'`,
  },
  {
    invariant: 'one_final_state',
    what: 'a run whose row says something else than its changes',
    plant: ({ sql }) => sql`delete from witness.states where status = 'succeeded'`,
  },
  {
    invariant: 'recorded_once',
    what: 'a stage that began once more after its end',
    plant: ({ sql }) => sql`insert into journal (run, seq, epoch, kind, path, entry)
      select run, 99, epoch, 'start', 'a', '{}' from journal limit 1`,
  },
  {
    invariant: 'recorded_once',
    what: 'a request for what had been recorded',
    plant: (scene) => again(scene, 'a', { at: Date.now() + 1_000 }),
  },
  {
    invariant: 'one_effect',
    what: 'an effect under a second key',
    plant: (scene) => again(scene, 'a', { key: 'another' }),
  },
  {
    invariant: 'recorded_effects',
    what: 'a recorded effect that nobody asked for',
    plant: (scene) => {
      scene.calls = scene.calls.filter(({ name }) => name !== 'b');
    },
  },
  {
    invariant: 'recorded_effects',
    what: 'an effect of a run that never was',
    plant: (scene) => again(scene, 'a', { body: '{"run":"ghost"}' }),
  },
  {
    invariant: 'dependencies',
    what: 'an effect before what it depends on was recorded',
    plant: (scene) => again(scene, 'b', { at: 0 }),
  },
  {
    invariant: 'dependencies',
    what: 'an effect without anything that it depends on',
    plant: ({ sql }) => sql`delete from witness.writes where path = 'a'`,
  },
  {
    invariant: 'fence',
    what: 'an entry of an old epoch',
    plant: ({ sql, run }) => sql`insert into journal (run, seq, epoch, kind, path, entry)
      values (${run}, 99, 1, 'start', 'z', '{}')`,
  },
  {
    invariant: 'fence',
    what: 'an entry of a run that has ended',
    plant: ({ sql }) => sql`insert into journal (run, seq, epoch, kind, path, entry)
      select id, 99, epoch, 'start', 'z', '{}' from runs`,
  },
  { invariant: 'fence', what: 'an epoch that goes back', plant: ({ sql }) => sql`update runs set epoch = 1` },
  {
    invariant: 'jobs',
    what: 'a job of a run that has ended',
    plant: ({ sql }) => sql`update pgboss.job set state = 'created'`,
  },
  {
    invariant: 'jobs',
    what: 'a job without a run',
    plant: ({ sql }) => sql`select flowmason_enqueue(null, 'ghost', 1, 0, 0, 0, null)`,
  },
  {
    invariant: 'jobs',
    what: 'a queued run without a job',
    plant: ({ sql }) => sql`update runs set status = 'queued'`,
  },
  {
    invariant: 'slots',
    what: 'a place of a run that is not there',
    plant: ({ sql }) => sql`insert into run_slots (environment, pipeline, key, number, run)
      values ('local', 'chain', '', 1, 'ghost')`,
  },
];

function again(scene: Scene, name: string, change: Partial<Call>): void {
  const call = scene.calls.find((one) => one.name === name);
  if (call) scene.calls.push({ ...call, ...change });
}

/** Executes a run as it should be; the answer judges it after a plant, and takes the plant out again. */
async function executedRun() {
  const { url, world, start, worker } = await openIdle();
  const sql = postgres(url, { max: 1 });
  onTestFinished(() => sql.end());
  await installWitness(sql);
  const { server, url: to } = await effects();
  const stage = (id: string, ...depends_on: string[]) => {
    const config = { url: `${to}/${id}`, method: 'POST', body: { run: '{{ context.run_id }}' } };
    return { id, component: 'http-request', config, ...(depends_on.length > 0 ? { depends_on } : {}) };
  };
  await world.deploy([{ name: 'chain', stages: [stage('a'), stage('b', 'a')] }]);
  const run = await start('chain');
  await (await worker()).once();
  return async (plant: Case['plant'], more: Partial<Expected> = {}): Promise<Set<Invariant>> => {
    const found = new Set<Invariant>();
    const undone = new Error('undone');
    const judging = sql.begin(async (tx) => {
      const scene: Scene = { sql: tx, run, calls: [...server.calls] };
      await plant(scene);
      const expected = { accepted: [run], pipelines: { chain: { a: [], b: ['a'] } }, ...more };
      for (const { invariant } of violations(await readEvidence(tx, scene.calls), expected)) found.add(invariant);
      throw undone;
    });
    await expect(judging).rejects.toBe(undone);
    return found;
  };
}

it('finds each violation that is planted, and nothing in a run that went right', async () => {
  const judge = await executedRun();
  expect(await judge(() => {})).toEqual(new Set());
  for (const { invariant, what, plant } of PLANTS) expect(await judge(plant), what).toContain(invariant);
  expect(new Set(PLANTS.map(({ invariant }) => invariant))).toEqual(new Set(Object.keys(INVARIANTS)));

  // What a fault is meant to cause is told to the checker.
  const late: Case['plant'] = (scene) => again(scene, 'a', { at: Date.now() + 1_000 });
  expect(await judge(late, { zombies: true })).toEqual(new Set());
  const failed: Case['plant'] = ({ sql }) => sql`update runs set status = 'failed', error = '{"code": "worker_lost"}'`;
  expect(await judge(failed)).toContain('settled');
  expect(await judge(failed, { failures: ['worker_lost'] })).not.toContain('settled');
});
