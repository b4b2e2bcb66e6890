import { readdirSync, readFileSync } from 'node:fs';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Project } from './project.ts';

const SECRET = 'k7/Tr0ub4dor+&3 ümlaut';

/** Every form in which the value could be recognised. */
const FORMS = [
  SECRET,
  Buffer.from(SECRET).toString('base64'),
  Buffer.from(SECRET).toString('base64url'),
  Buffer.from(`ada:${SECRET}`).toString('base64'),
  Buffer.from(SECRET).toString('hex'),
  encodeURIComponent(SECRET),
  JSON.stringify(SECRET).slice(1, -1),
];

/** A server that gives everything back that it got, in all forms. */
async function echo(status: number): Promise<{ url: string; got: string[] }> {
  const got: string[] = [];
  const server = createServer(async (request: IncomingMessage, response) => {
    let body = '';
    for await (const piece of request) body += piece;
    got.push(`${request.headers.authorization} ${request.headers['x-key']} ${request.url} ${body}`);
    response.writeHead(status, { 'content-type': 'application/json', 'x-echo': encodeURIComponent(SECRET) });
    response.end(JSON.stringify({ got, forms: FORMS, text: `the key ${SECRET} is known` }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, got };
}

function everythingIn(folder: string): string {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return entries.map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8')).join('\n');
}

describe.each([200, 500])('a secret, and a server that echoes it with %i', (status) => {
  it('reaches the server, and never any output or record, in no form', async () => {
    const { url, got } = await echo(status);
    const shop = new Project();
    const config = {
      url,
      method: 'POST',
      headers: { 'x-key': '{{ base64(secrets.TOKEN) }}' },
      query: { key: '{{ secrets.TOKEN }}' },
      auth: { type: 'basic', username: 'ada', password: '{{ secrets.TOKEN }}' },
      body: { text: 'Bearer {{ secrets.TOKEN }}' },
    };
    shop.pipeline(
      'call',
      [
        { id: 'call', component: 'http-request', config },
        {
          id: 'log',
          component: 'logger',
          config: { message: '{{ stages.call.output.body.text }}', data: '{{ stages.call.output }}' },
        },
      ],
      { result: '{{ stages.call.output }}', on_failure: { pipeline: 'alarm' } },
    );
    shop.pipeline('alarm', [{ id: 'log', component: 'logger', config: { message: '{{ json(input) }}' } }]);
    const env = { FM_SECRET_TOKEN: SECRET };
    const input = ['--set', `hint=${SECRET}`];
    const runs = await Promise.all([
      shop.fm(['run', 'call', ...input], { env }),
      shop.fm(['run', 'call', ...input, '--json'], { env }),
      shop.fm(['run', 'call', ...input, '--json-lines'], { env }),
    ]);
    expect(runs.map(({ code }) => code)).toEqual(status === 200 ? [0, 0, 0] : [1, 1, 1]);
    expect(got).toHaveLength(3);
    const [sent = ''] = got;
    expect(sent).toContain(Buffer.from(`ada:${SECRET}`).toString('base64'));
    expect(sent).toContain(Buffer.from(SECRET).toString('base64'));
    expect(new URL(sent.split(' ')[3] ?? '', url).searchParams.get('key')).toBe(SECRET);
    expect(sent).toContain(`Bearer ${SECRET}`);

    const shown = await Promise.all([
      shop.fm(['runs', 'show', 'last']),
      shop.fm(['runs', 'show', 'last', '--json']),
      shop.fm(['runs', 'logs', 'last', '--json']),
    ]);
    const told = [...runs, ...shown].map(({ stdout, stderr }) => stdout + stderr).join('\n');
    const recorded = everythingIn(shop.path('.flowmason'));
    expect(told).toContain('***');
    expect(recorded).toContain('***');
    for (const form of FORMS) {
      expect(told).not.toContain(form);
      expect(recorded).not.toContain(form);
    }
  });
});

describe('a secret that is not set', () => {
  it('is named before anything runs, with the way to set it', async () => {
    const shop = new Project();
    const config = { url: 'http://127.0.0.1:1/', auth: { type: 'bearer', token: '{{ secrets.TOKEN }}' } };
    shop.pipeline('call', [shop.step('first'), { id: 'call', component: 'http-request', config }]);
    const { code, stderr } = await shop.fm(['run', 'call']);
    expect(code).toBe(1);
    expect(stderr).toContain('CONFIGURATION  The pipeline needs what is not set here: secret TOKEN');
    expect(stderr).toContain('FM_SECRET_TOKEN');
    expect(shop.ran()).toEqual([]);
  });
});
