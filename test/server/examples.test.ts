import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { ROOT, tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';
import { startServer } from './server-process.ts';

const { commands } = JSON.parse(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8'));

it('the first example of every command that asks a server works', async () => {
  const [staging, production] = await Promise.all(
    ['staging', 'production'].map((FM_ENVIRONMENT) => startServer(tempFolder(), { FM_ENVIRONMENT })),
  );
  const folder = tempFolder();
  await shell(folder)('init', 'my-project');
  const report = {
    name: 'report',
    stages: [{ id: 'say', component: 'logger', config: { message: 'the night is over' } }],
    triggers: [{ type: 'schedule', id: 'nightly', cron: '0 6 * * *' }],
  };
  writeFileSync(join(folder, 'my-project/pipelines/report.pipeline.json'), JSON.stringify(report));
  const type = shell(join(folder, 'my-project'), {
    FM_STAGING_URL: staging?.url ?? '',
    FM_STAGING_KEY: staging?.key ?? '',
    FM_PROD_URL: production?.url ?? '',
    FM_PROD_KEY: production?.key ?? '',
  });
  const inOrder = [
    ...['keys:generate', 'keys:create', 'keys:list', 'keys:revoke', 'keys:create', 'keys:rotate'],
    ...['env:list', 'env:show', 'env:set', 'env:lock', 'env:unlock'],
    ...['deploy', 'promote', 'drift', 'workers:list', 'health'],
    ...['list', 'pause', 'resume', 'fire', 'backfill'].map((verb) => `triggers:${verb}`),
  ];
  for (const id of inOrder) {
    const [line] = commands[id].examples;
    const { code, stderr } = await type(...line.split(' ').slice(1));
    expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
  }
  const asking = Object.entries<{ examples?: string[] }>(commands).filter(([, { examples }]) =>
    /--env|^fm (env|deploy|promote|drift) /.test(examples?.[0] ?? ''),
  );
  expect(new Set(inOrder)).toEqual(new Set(asking.map(([id]) => id)));
});
