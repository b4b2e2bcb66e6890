import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { localRelease } from '../../src/cli/project/local-release.ts';
import { openWorkspace } from '../../src/cli/project/workspace.ts';
import { type Client, createClient } from '../../src/client/client.ts';
import { type ControlPlane, SCOPES } from '../../src/control/control.ts';
import { createApp } from '../../src/control/http/app.ts';
import type { Json } from '../../src/core/json.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';
import { builtInDescriptors } from '../../src/hosts/node/components/built-in.ts';
import { openLibsql } from '../../src/hosts/node/database/libsql.ts';
import { readMigrations } from '../../src/hosts/node/database/migrations.ts';
import { migrate } from '../../src/store/migrate.ts';
import { createStore } from '../../src/store/store.ts';
import { editPipeline, writeProject } from './projects.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const DESCRIPTORS = new Map(builtInDescriptors().map((descriptor) => [descriptor.name, descriptor]));
const STAGES = 20;

/** What one change among many pipelines costs a control plane over a libSQL file, step by step. */
export const bench: Bench = {
  name: 'deploy',
  summary: 'milliseconds that a control plane in this process takes to deploy one change of 1,000 pipelines',

  async run({ repeat, stages }: Scale): Promise<Row[]> {
    const pipelines = Math.max(2, Math.min(1_000, Math.floor(stages / 10)));
    const folder = mkdtempSync(join(tmpdir(), 'fm-bench-'));
    const database = await openLibsql(join(folder, 'org.db'));
    await migrate(database.migrations, readMigrations().sqlite, systemClock.now());
    const store = createStore(database, systemClock);
    try {
      writeProject(folder, { pipelines, stages: STAGES });
      const client = clientOf(planeOf(store));
      const first = await deploy(client, folder);
      const changes: Steps[] = [];
      for (let i = -1; i < repeat; i++) {
        editPipeline(folder, Math.abs(i) % pipelines, i + 2);
        const steps = await deploy(client, folder);
        if (i >= 0) changes.push(steps);
      }
      return [
        row(`first deployment of ${pipelines} pipelines`, [first.upload + first.store + first.plan + first.apply]),
        row(
          `store one change of ${pipelines}`,
          changes.map(({ store }) => store),
          200,
        ),
        row(
          `plan one change of ${pipelines}`,
          changes.map(({ plan }) => plan),
        ),
        row(
          `apply one change of ${pipelines}`,
          changes.map(({ apply }) => apply),
        ),
      ];
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
};

interface Steps {
  readonly upload: number;
  readonly store: number;
  readonly plan: number;
  readonly apply: number;
}

async function deploy(client: Client, folder: string): Promise<Steps> {
  const { release, pipelines } = await localRelease(
    openWorkspace({ cwd: folder, variables: { XDG_CONFIG_HOME: folder } }),
    DESCRIPTORS,
  );
  const { manifest, digest } = release;
  const upload = await timed(async () => {
    const { missing } = await client.call('POST /releases/missing', { pipelines: Object.values(manifest.pipelines) });
    const wanted = new Set(missing);
    const list = [...pipelines.values()].filter((pipeline) => wanted.has(pipeline.digest));
    const files = list.map((pipeline) => ({ digest: pipeline.digest, text: pipeline.text() }));
    await client.call('PUT /pipelines/by-digest', { pipelines: files });
  });
  const store = await timed(() => client.call('POST /releases', { manifest, digest }));
  let id: string | null = null;
  const plan = await timed(async () => {
    ({ id } = await client.call('POST /deployments/plan', { release: digest }));
  });
  const apply = await timed(() => client.call('POST /deployments', { plan: id ?? '' }));
  return { upload, store, plan, apply };
}

function planeOf(store: ControlPlane['store']): ControlPlane {
  let id = 0;
  const vars: Readonly<Record<string, Json>> = { base_url: 'https://example.com' };
  return {
    store,
    environment: 'local',
    tenant: null,
    kind: 'org',
    clock: systemClock,
    ids: { run: () => 'run', random: () => `id-${++id}` },
    descriptors: DESCRIPTORS,
    limits: DEFAULT_LIMITS,
    checker: '0'.repeat(64),
    dispatcher: { enqueue: async () => {} },
    secrets: async (names) => new Set(names),
    vars,
  };
}

function clientOf(control: ControlPlane): Client {
  const app = createApp({
    admit: async () => ({ control, caller: { actor: 'bench', scopes: new Set(SCOPES) } }),
    requestId: () => 'bench',
  });
  return createClient({ transport: async (request) => app.fetch(request), url: 'http://local' });
}

function row(name: string, values: readonly number[], most?: number): Row {
  const budget = most === undefined ? undefined : { of: 'median' as const, most };
  return { bench: 'deploy', name, unit: 'ms', measured: sampleOf(values), budget };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const from = performance.now();
  await work();
  return performance.now() - from;
}
