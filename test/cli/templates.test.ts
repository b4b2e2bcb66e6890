import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { listTemplates } from '../../src/cli/actions/init.ts';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';

async function made(template: string) {
  const folder = tempFolder();
  expect(await shell(folder)('init', template, '--template', template)).toMatchObject({ code: 0 });
  return { root: join(folder, template), fm: shell(join(folder, template)) };
}

/** A server of users, their tasks, and a place to post to; `fails` says how often each path answers 503 first. */
async function api(fails: Readonly<Record<string, number>> = {}) {
  const left = new Map(Object.entries(fails));
  const posted: unknown[] = [];
  const server: Server = createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://localhost');
    const path = `${request.method} ${url.pathname}${url.search}`;
    const failures = left.get(path) ?? 0;
    if (failures > 0) {
      left.set(path, failures - 1);
      response.writeHead(503).end();
      return;
    }
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const answer = (value: unknown) =>
        response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(value));
      const user = Number(url.searchParams.get('userId'));
      if (url.pathname === '/users') answer([1, 2, 3, 4, 5, 6].map((id) => ({ id, name: `User ${id}` })));
      else if (url.pathname === '/todos')
        answer([true, false, user % 2 === 0].map((completed) => ({ userId: user, completed })));
      else if (url.pathname === '/posts') answer({ id: posted.push(JSON.parse(body)) });
      else response.writeHead(404).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => void server.close(() => resolve())));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, posted };
}

describe('every template', () => {
  it.each(listTemplates())('$name validates without a warning and says what it is', async ({ name, summary }) => {
    expect(summary).toMatch(/^[A-Z].*\.$/);
    const { root, fm } = await made(name);
    expect(await fm('validate', '--strict')).toMatchObject({ code: 0, stderr: '' });
    expect((await fm('doctor')).stdout).not.toMatch(/^fail/m);
    expect(await fm('test', '--coverage', '--json').then((answer) => answer.json())).toMatchObject({
      passed: true,
      coverage: { totals: { stages: { percent: 100 }, branches: { percent: 100 } } },
    });
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    expect(readme).toMatch(new RegExp(`^# ${name}\\n`));
    expect(readme).not.toContain('PROJECT_NAME');
  });
});

describe('default', () => {
  it('adds up what each customer paid, offline and without input', async () => {
    const { fm } = await made('default');
    expect((await fm('run', 'my-pipeline', '--json')).json()).toMatchObject({
      status: 'succeeded',
      result: {
        customers: [
          { customer: 'Ada', orders: 2, total: 140 },
          { customer: 'Grace', orders: 1, total: 80 },
        ],
        revenue: 220,
      },
    });
    const bad = await fm(
      'run',
      'my-pipeline',
      '--input',
      '{"orders": [{"customer": "Ada", "status": "paid"}]}',
      '--json',
    );
    expect(bad.json()).toMatchObject({ error: expect.objectContaining({ code: expect.any(String) }) });
    expect(bad.code).not.toBe(0);
  });
});

describe('etl', () => {
  it('reads, reshapes and sends on, and repeats what fails for a while', async () => {
    const { fm } = await made('etl');
    const { url, posted } = await api({ 'GET /users': 1, 'GET /todos?userId=2': 2 });
    const ran = (await fm('run', 'sync-users', '--vars', `api_url=${url}`, '--json')).json();
    expect(ran).toMatchObject({ status: 'succeeded', result: { users: 5, failed: 0, sent: true, kept: null } });
    expect(posted).toEqual([
      {
        users: [1, 2, 3, 4, 5].map((id) => ({
          id,
          name: `User ${id}`,
          done: id % 2 === 0 ? 2 : 1,
          open: id % 2 === 0 ? 1 : 2,
        })),
      },
    ]);
  });

  it('leaves out a user that fails for good, and keeps the summary when the target is down', async () => {
    const { fm } = await made('etl');
    const { url, posted } = await api({ 'GET /todos?userId=1': 99, 'POST /posts': 99 });
    const ran = (await fm('run', 'sync-users', '--vars', `api_url=${url}`, '--set', 'limit=2', '--json')).json();
    expect(ran).toMatchObject({
      status: 'succeeded',
      result: { users: 2, failed: 1, sent: false, kept: { users: [null, { result: { id: 2, name: 'User 2' } }] } },
    });
    expect(posted).toEqual([]);
  });
});

describe('ai-content', () => {
  it('drafts, improves in rounds and chooses one of its titles, on the mock provider', async () => {
    const { fm } = await made('ai-content');
    const ran = (await fm('run', 'write-article', '--json')).json();
    expect(ran).toMatchObject({
      status: 'succeeded',
      result: {
        title: expect.stringContaining('pipelines belong'),
        text: expect.stringContaining('mock'),
        score: expect.any(Number),
      },
      usage: { total_tokens: expect.any(Number) },
    });
    const easy = (await fm('run', 'write-article', '--set', 'good_enough=1', '--json')).json();
    expect(easy).toMatchObject({ result: { rounds: 1 } });
  });
});

describe('approval', () => {
  it('approves a small expense at once', async () => {
    const { fm } = await made('approval');
    expect((await fm('run', 'expense-approval', '--set', 'amount=40', '--json')).json()).toMatchObject({
      status: 'succeeded',
      result: { approved: true, by: 'policy' },
    });
  });

  it.each([
    [true, 'book', 'decline'],
    [false, 'decline', 'book'],
  ])('parks a larger one until somebody says %s', async (approved, runs, skips) => {
    const { fm } = await made('approval');
    const parked = await fm('run', 'expense-approval', '--json');
    expect(parked.code).toBe(69);
    const data = JSON.stringify({ approved, by: 'Grace' });
    expect(await fm('runs', 'signal', 'last', 'decision', '--data', '{"approved": "perhaps"}')).toMatchObject({
      code: 2,
    });
    expect(await fm('runs', 'signal', 'last', 'decision', '--data', data)).toMatchObject({ code: 0 });
    const done = (await fm('run', 'expense-approval', '--resume', 'last', '--json')).json();
    expect(done).toMatchObject({ status: 'succeeded', result: { approved, by: 'Grace', note: null } });
    const { stages } = done as { stages: { id: string; status: string }[] };
    expect(stages.find(({ id }) => id === runs)?.status).toBe('succeeded');
    expect(stages.find(({ id }) => id === skips)?.status).toBe('skipped');
  });
});
