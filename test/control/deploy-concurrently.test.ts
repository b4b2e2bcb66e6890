import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Client } from '../../src/client/client.ts';
import type { DeploymentView } from '../../src/core/api/deployment.ts';
import { FlowMasonError } from '../../src/core/errors.ts';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { tempFolder } from '../setup/fm.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import fc from '../setup/property.ts';
import { type World, worldIn, worldOf } from '../store/world.ts';
import { planeIn, WAYS } from './plane.ts';
import { logs, planned, releaseOf } from './shop.ts';

const LOG = { environment: 'staging', project: 'shop' };
const RELEASES = [0, 1, 2, 3].map((i) => {
  const others = [logs('ship'), logs('tell')].slice(0, i % 3);
  return releaseOf([logs('pay', `text ${i}`), ...others], { version: `1.${i}.0` });
});

/** What one client does; `release` is the number of one of the releases. */
type Step =
  | { readonly does: 'deploy'; readonly release: number }
  | { readonly does: 'roll back' }
  | { readonly does: 'look' };

/** What came of a step. `from` and `to` are places in the one order of all starts and ends. */
interface Event {
  readonly step: Step;
  readonly from: number;
  readonly to: number;
  readonly base: number;
  readonly deployment?: DeploymentView | null;
  readonly done?: boolean;
  readonly code?: string;
  /** Of a look: the entry that was active. */
  readonly seen?: { readonly number: number; readonly digest: string };
}

const steps = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: fc.record({ does: fc.constant('deploy' as const), release: fc.nat(RELEASES.length - 1) }) },
    { weight: 2, arbitrary: fc.constant({ does: 'roll back' as const }) },
    { weight: 1, arbitrary: fc.constant({ does: 'look' as const }) },
  ),
  { minLength: 2, maxLength: 6 },
);

/** Two servers on one database, each with clients of its own. */
const DATABASES = [
  [
    'libSQL',
    async () => {
      const url = `sqlite:///${join(tempFolder(), 'shared.db')}`;
      return [await worldOf(await openDatabase(url, '/')), worldIn(await openDatabase(url, '/'))];
    },
  ],
  [
    'PostgreSQL',
    async () => {
      const url = await postgresDatabase();
      return [worldIn(await openDatabase(url, '/')), worldIn(await openDatabase(url, '/'))];
    },
  ],
] as const;

const [IN_PROCESS, OVER_SOCKET] = [WAYS[0]!, WAYS[1]!];
const FIFTY = Array.from({ length: 50 }, (_, i) =>
  releaseOf([logs('pay', `text ${i}`), logs(`only-${i}`)], { version: `1.${i}.0` }),
);

describe.each(DATABASES)('clients that deploy at the same time on %s', (_, open) => {
  it('leave one history, whatever they do', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(steps, { minLength: 3, maxLength: 6 }), async (programs) => {
        const worlds = await open();
        try {
          await holds(worlds, programs);
        } finally {
          for (const { store } of worlds) await store.close();
        }
      }),
      { numRuns: 6 },
    );
  });

  it('all with the same plan: one of them does it, and the others find it done', async () => {
    const worlds = await open();
    onTestFinished(async () => {
      for (const { store } of worlds) await store.close();
    });
    const clients = await Promise.all(worlds.map((world, i) => clientOf(world, i)));
    const { id } = await planned(clients[0]!, RELEASES[0]!);
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, i) => clients[i % 2]!.call('POST /deployments', { plan: id ?? '' })),
    );
    expect(all.filter(({ done }) => done)).toHaveLength(1);
    expect(new Set(all.map(({ deployment }) => deployment.number))).toEqual(new Set([1]));
    await expectHistory(worlds[0]!, []);
  });

  it('fifty over sockets, each on the same base: one wins, the others are told so, and nobody sees a mix', async () => {
    const worlds = await open();
    onTestFinished(async () => {
      for (const { store } of worlds) await store.close();
    });
    const clients = await Promise.all(FIFTY.map((_, i) => clientOf(worlds[i % 2]!, i, OVER_SOCKET)));
    const plans = await Promise.all(clients.map((client, i) => planned(client, FIFTY[i]!)));
    const seen: string[][] = [];
    const deploying = Promise.all(
      plans.map(({ id }, i) =>
        clients[i]!.call('POST /deployments', { plan: id ?? '' }).then(
          ({ done, deployment }) => ({ done, release: deployment.release, code: '' }),
          (error) => ({ done: false, release: '', code: codeOf(error) }),
        ),
      ),
    );
    const looking = Promise.all(
      clients.map(async (client) => {
        const { pipelines } = await client.call('GET /pipelines', {});
        seen.push(pipelines.map(({ name, release }) => `${name} of ${release}`));
      }),
    );
    const all = await deploying;
    await looking;
    const won = all.findIndex(({ done }) => done);
    expect(all.filter(({ done }) => done)).toEqual([{ done: true, release: FIFTY[won]?.digest, code: '' }]);
    expect(all.filter(({ done }) => !done).map(({ code }) => code)).toEqual(Array(49).fill('BASE_MOVED'));
    const whole = ['pay', `only-${won}`].sort().map((name) => `${name} of ${FIFTY[won]?.digest}`);
    for (const pipelines of seen) expect([[], whole]).toContainEqual(pipelines.sort());
    const log = await worlds[0]!.store.deployments.list(LOG, { limit: 100 });
    expect(log.filter(({ status }) => status === 'succeeded')).toMatchObject([
      { base: 0, release: FIFTY[won]?.digest },
    ]);
  });
});

async function clientOf(world: World, index: number, [, connect] = IN_PROCESS): Promise<Client> {
  let id = 0;
  const ids = { run: () => 'run', random: () => `${index}-${++id}` };
  return connect(planeIn(world, { control: { ids } }), { actor: `actor-${index}` });
}

async function holds(worlds: readonly World[], programs: readonly (readonly Step[])[]): Promise<void> {
  const clients = await Promise.all(programs.map((_, i) => clientOf(worlds[i % worlds.length]!, i)));
  const events: Event[] = [];
  let time = 0;
  await Promise.all(
    programs.map(async (program, i) => {
      for (const step of program) {
        const from = ++time;
        const came = await perform(clients[i]!, step);
        events.push({ step, from, to: ++time, ...came });
      }
    }),
  );
  await expectHistory(worlds[0]!, events);
}

async function perform(client: Client, step: Step): Promise<Omit<Event, 'step' | 'from' | 'to'>> {
  const { releases } = await client.call('GET /releases/active', { project: LOG.project });
  const [active] = releases;
  if (step.does === 'look') return { base: active?.number ?? 0, seen: active ?? { number: 0, digest: '' } };
  try {
    if (step.does === 'roll back') {
      const base = active?.number ?? 0;
      try {
        const { deployment, done } = await client.call('POST /rollbacks', { previous: true, ...(active && { base }) });
        // Where nothing was active when it looked, it named no base.
        return { base: active ? base : (deployment?.base ?? 0), deployment, done };
      } catch (error) {
        return { base, code: codeOf(error) };
      }
    }
    const plan = await planned(client, RELEASES[step.release]!, { again: true });
    const base = plan.base?.number ?? 0;
    try {
      const input = { plan: plan.id ?? '', consent: [...plan.removals], again: true };
      const { deployment, done } = await client.call('POST /deployments', input);
      return { base, deployment, done };
    } catch (error) {
      return { base, code: codeOf(error) };
    }
  } catch (error) {
    return { base: 0, code: codeOf(error) };
  }
}

function codeOf(error: unknown): string {
  if (error instanceof FlowMasonError) return error.code;
  throw error;
}

/** That what was answered is one history, in which every answer is true at some moment of its call. */
async function expectHistory({ store }: World, events: readonly Event[]): Promise<void> {
  const log = (await store.deployments.list(LOG, { limit: 10_000 })).reverse();
  // Numbers have no gaps, and each entry follows the one before it: one release is active at every instant.
  expect(log.map(({ number, base, status }) => [number, base, status])).toEqual(
    log.map((_, i) => [i + 1, i, 'succeeded']),
  );
  for (const [i, entry] of log.entries()) expect(entry.release).not.toBe(log[i - 1]?.release);
  // What was answered as done is in the log as it was answered, and nothing else is.
  const done = events.filter((event) => event.done);
  expect(new Set(done.map(({ deployment }) => deployment?.number)).size).toBe(done.length);
  if (events.length > 0) expect(done).toHaveLength(log.length);
  for (const { deployment, base, step } of done) {
    const entry = log[(deployment?.number ?? 0) - 1];
    expect(entry).toMatchObject({ release: deployment?.release, actor: deployment?.actor, kind: deployment?.kind });
    // Compare and set: it replaced what it was planned against.
    expect(entry?.base).toBe(base);
    if (step.does === 'deploy') expect(entry?.release).toBe(RELEASES[step.release]?.digest);
  }
  // Whoever lost is told so, and somebody had won since.
  for (const { code, base, to, step } of events.filter((event) => event.code !== undefined)) {
    if (step.does === 'roll back' && code === 'NOT_FOUND') continue;
    expect(code).toBe('BASE_MOVED');
    expect(done.some(({ deployment, from }) => (deployment?.number ?? 0) > base && from < to)).toBe(true);
  }
  // What ended before another began has a lower number; what was seen was active in the time of looking.
  for (const a of done) {
    for (const b of done) if (a.to < b.from) expect(a.deployment?.number).toBeLessThan(b.deployment?.number ?? 0);
    for (const b of events) {
      if (b.seen && a.to < b.from) expect(b.seen.number).toBeGreaterThanOrEqual(a.deployment?.number ?? 0);
      if (b.seen && b.to < a.from) expect(b.seen.number).toBeLessThan(a.deployment?.number ?? 0);
    }
  }
  for (const { seen } of events) if (seen && seen.number > 0) expect(log[seen.number - 1]?.release).toBe(seen.digest);
  // Pointer, names and audit belong to the last entry.
  const last = log.at(-1);
  expect(await store.releases.active(LOG.environment, LOG.project)).toMatchObject({
    number: last?.number,
    digest: last?.release,
  });
  const names = RELEASES.find(({ digest }) => digest === last?.release)?.pipelines.map(({ name }) => name);
  const active = await store.releases.activePipelines(LOG.environment, { limit: 100 });
  expect(active.map(({ name }) => name)).toEqual(names);
  expect(active.every(({ release }) => release === last?.release)).toBe(true);
  expect(await store.audit.verify()).toEqual({ rows: log.length, broken: null });
  const targets = (await store.audit.list({ limit: 10_000 })).map(({ target }) => target).reverse();
  expect(targets).toEqual(log.map(({ number }) => `staging/shop#${number}`));
}
