import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { change, wholeLog } from '../server/faults.ts';
import { openGate } from '../server/gate.ts';
import { bootstrapKey, launchServer } from '../server/server-process.ts';
import { Checkout } from '../server/shop-servers.ts';
import { BIN, tempFolder } from '../setup/fm.ts';

const CHILD = fileURLToPath(new URL('../cli/fixtures/kill-at-write.ts', import.meta.url));

it.each(['deploy staging', 'rollback #1 --env staging'])(
  'a server killed before and after each write of `fm %s` has the old release or the new one, and a rerun finishes it',
  async (line) => {
    const folder = tempFolder();
    const key = bootstrapKey('staging');
    /** A server that dies at a point after its start; with 0 one that lives, from the bundle, which starts in a fraction of the time. */
    const start = (point: number) =>
      launchServer(
        folder,
        { FM_ENVIRONMENT: 'staging', FM_BOOTSTRAP_KEY: key },
        (child) => onTestFinished(() => void child.kill('SIGKILL')),
        [],
        point === 0 ? [BIN] : [CHILD, String(point)],
      );
    let server = await start(0);
    const gate = await openGate(server.url);
    const checkout = new Checkout();
    const type = checkout.with({ FM_STAGING_URL: gate.url, FM_STAGING_KEY: key });
    const prepare = async (text: string): Promise<void> => {
      change(checkout, text);
      if (!line.startsWith('deploy')) expect(await type('deploy staging')).toMatchObject({ code: 0 });
    };
    change(checkout, 'first');
    expect(await type('deploy staging')).toMatchObject({ code: 0 });
    const seen = new Set<string>();
    // One that outlives the command has no more writes for it.
    for (let point = 1, died = true; died; point++) {
      await prepare(`point ${point}`);
      const before = await wholeLog(server);
      await server.end();
      let mortal: Awaited<ReturnType<typeof start>>;
      try {
        mortal = await start(point);
      } catch {
        // It has died at a write of its own start.
        server = await start(0);
        gate.to(server.url);
        expect(await type(line)).toMatchObject({ code: 0 });
        continue;
      }
      gate.to(mortal.url);
      const ended = await type(line);
      died = mortal.child.signalCode === 'SIGKILL';
      if (!died) await mortal.end();
      server = await start(0);
      gate.to(server.url);
      const after = await wholeLog(server);
      const isDone = after.length > before.length;
      expect(after.length - before.length).toBeOneOf([0, 1]);
      if (ended.code === 0) expect(isDone).toBe(true);
      else expect(ended.code).toBe(7);
      if (died) seen.add(isDone ? 'new' : 'old');
      expect(await type(line)).toMatchObject({ code: 0 });
      expect(await wholeLog(server)).toHaveLength(before.length + 1);
    }
    expect([...seen].sort()).toEqual(['new', 'old']);
  },
  300_000,
);
