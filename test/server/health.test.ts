import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';
import { startServer } from './server-process.ts';

const STAGING = { url: '${FM_STAGING_URL}', api_key: '${FM_STAGING_KEY}' };

it('fm health gives the verdict of a server, and one on a server that does not answer', async () => {
  const server = await startServer(tempFolder(), { FM_ENVIRONMENT: 'staging' });
  const root = tempFolder();
  writeFileSync(join(root, 'flowmason.json'), JSON.stringify({ name: 'shop', environments: { staging: STAGING } }));
  const type = (url: string, ...args: string[]) =>
    shell(root, { FM_STAGING_URL: url, FM_STAGING_KEY: server.key })('health', '--env', 'staging', ...args);

  const well = await type(server.url);
  expect(well).toMatchObject({ code: 0, stdout: expect.stringMatching(/^staging is ok\n/) });
  expect((await type(server.url, '--json')).json()).toMatchObject({
    environment: 'staging',
    verdict: 'ok',
    causes: [],
    // A database file's runs are executed by the server itself.
    workers: null,
    queue: { depth: 0 },
  });
  expect(await server.end()).toBe(0);

  const gone = await type(server.url);
  expect(gone).toMatchObject({ code: 1, stdout: expect.stringContaining('down  server_unreachable') });
  expect(gone.stderr).toContain('UNHEALTHY');
  const document = (await type(server.url, '--json')).json();
  expect(document).toMatchObject({
    environment: 'staging',
    verdict: 'down',
    causes: [{ cause: 'server_unreachable', details: { code: 'SERVER_UNREACHABLE' } }],
    error: { code: 'UNHEALTHY' },
  });
});
