import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { connect } from 'node:net';
import { dirname } from 'node:path';
import postgres from 'postgres';
import { expect, it } from 'vitest';
import { startChild } from '../hosts/fixtures/child.ts';

it.skipIf(process.env.FM_TEST_PG_URL !== undefined)(
  'the PostgreSQL of the tests ends with who started it, also by kill -9, and leaves nothing',
  async () => {
    const child = startChild('../../store/fixtures/start-keeper.ts', []);
    const url = (await child.line()) ?? '';
    const sql = postgres(url, { max: 1 });
    const [row] = await sql`show data_directory`;
    await sql.end();
    expect(existsSync(row?.data_directory)).toBe(true);
    child.process.kill('SIGKILL');
    await once(child.process, 'exit');
    while (await answers(Number(new URL(url).port)));
    while (existsSync(dirname(row?.data_directory))) await new Promise(setImmediate);
  },
);

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}
