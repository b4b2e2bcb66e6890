import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import postgres from 'postgres';
import { expect, it, onTestFinished } from 'vitest';
import { ROOT, tempFolder } from '../setup/fm.ts';
import { freePort } from '../setup/postgres/launch.ts';

const KEEP = join(ROOT, 'test/setup/postgres/keep.ts');

/** Starts `npm run postgres` without npm; answers what it prints first, all of it when it ends before. */
async function keep(cwd: string, ...flags: string[]) {
  const child = spawn(process.execPath, [KEEP, ...flags], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
  onTestFinished(async () => void (await end(child)));
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (lines.length === 3)
      return { child, said: () => said, urls: lines.slice(1).map((row) => row.trim().split(/ +/)) };
  }
  if (child.exitCode === null) await once(child, 'exit');
  return { child, said: () => said, urls: [] };
}

async function end(child: ChildProcess): Promise<number | null> {
  if (child.exitCode === null && child.signalCode === null) {
    const ended = once(child, 'exit');
    child.kill('SIGINT');
    await ended;
  }
  return child.exitCode;
}

it('npm run postgres keeps its databases to the next day, and takes nothing that is taken', {
  timeout: 180_000,
}, async () => {
  const cwd = tempFolder();
  // PostgreSQL runs as somebody else when this is root.
  chmodSync(cwd, 0o711);
  const port = String(await freePort());
  const today = await keep(cwd, '--port', port);
  expect(today.urls, today.said()).toEqual(
    ['staging', 'production'].map((name) => [name, `postgresql://postgres@127.0.0.1:${port}/${name}`]),
  );
  const [, url = ''] = today.urls[0] ?? [];
  const sql = postgres(url, { max: 1, onnotice() {} });
  await sql`create table kept (n int)`;
  await sql.end();

  const twice = await keep(cwd, '--port', String(await freePort()));
  expect([twice.child.exitCode, twice.said()]).toEqual([
    1,
    expect.stringMatching(/runs on .* already.*\nTry: .*kill \d+/),
  ]);
  const taken = await keep(cwd, '--port', port, '--folder', 'other');
  expect([taken.child.exitCode, taken.said()]).toEqual([1, expect.stringContaining(`--port ${Number(port) + 1}`)]);
  for (const wrong of [
    ['--port', '70000'],
    ['--prot', '1'],
    ['--port', '0x1'],
  ]) {
    const { child, said } = await keep(cwd, ...wrong);
    expect([child.exitCode, said()]).toEqual([1, expect.stringContaining('Try: npm run postgres -- --port 5433')]);
  }

  expect(await end(today.child)).toBe(0);
  const tomorrow = await keep(cwd, '--port', port);
  const again = postgres(tomorrow.urls[0]?.[1] ?? '', { max: 1, onnotice() {} });
  expect(await again`select * from kept`).toEqual([]);
  await again.end();
});
