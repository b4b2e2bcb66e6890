import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { withCopy, withQueue } from './postgres.ts';
import { inFolder, type Server, serve, timeFm } from './processes.ts';
import { editPipeline, writeProject } from './projects.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';

const STAGES = 20;

interface Times {
  readonly start: number[];
  readonly first: number[];
  readonly plan: number[];
  readonly change: number[];
}

/** `fm deploy` as a process against `fm serve` as another one on PostgreSQL, less what `fm --version` takes. */
export const bench: Bench = {
  name: 'remote',
  summary: 'whole processes of `fm deploy` to `fm serve` over PostgreSQL, beyond `fm --version`',

  run({ repeat, stages }: Scale): Promise<Row[]> {
    const pipelines = Math.max(2, Math.min(1_000, Math.floor(stages / 10)));
    return withQueue(async (url) => {
      const times: Times = { start: [], first: [], plan: [], change: [] };
      for (let i = 0; i < Math.min(3, repeat); i++)
        await withCopy(url, (copy) =>
          inFolder((folder) => measure(copy, folder, pipelines, times, Math.min(3, repeat))),
        );
      const floor = { name: 'fm --version, taken off', sample: sampleOf(times.start) };
      const row = (name: string, values: readonly number[], most?: number): Row => ({
        bench: 'remote',
        unit: 'ms',
        name: name.replace('#', pipelines.toLocaleString('en-US')),
        measured: sampleOf(values),
        floor,
        budget: most === undefined ? undefined : { of: 'median', most },
      });
      return [
        row('fm deploy of # new pipelines', times.first, 5_000),
        row('fm deploy --dry-run, one change in #', times.plan, 500),
        row('fm deploy of one change in #', times.change),
      ];
    });
  },
};

async function measure(url: string, folder: string, pipelines: number, times: Times, changes: number): Promise<void> {
  const project = join(folder, 'project');
  mkdirSync(project);
  writeProject(project, { pipelines, stages: STAGES });
  const server = await serve(url, folder, { variables: { FM_SECRET_API_KEY: 'bench' } });
  try {
    await setVar(server);
    const variables = { FM_STAGING_URL: server.url, FM_STAGING_KEY: server.key };
    const fm = (...args: string[]): number => timeFm(args, project, variables);
    // The first start fills the cache of compiled code.
    fm('--version');
    const start = fm('--version');
    times.start.push(start);
    times.first.push(fm('deploy', 'staging', '--yes') - start);
    for (let i = 0; i < changes; i++) {
      editPipeline(project, i % pipelines, i);
      times.plan.push(fm('deploy', 'staging', '--dry-run') - start);
      times.change.push(fm('deploy', 'staging', '--yes') - start);
    }
  } finally {
    await server.end();
  }
}

/** What the pipelines of the project read. */
async function setVar({ url, key }: Server): Promise<void> {
  const answer = await fetch(`${url}/api/v1/vars/base_url`, {
    method: 'PUT',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ value: 'https://example.com' }),
  });
  if (!answer.ok) throw new Error(await answer.text());
}
