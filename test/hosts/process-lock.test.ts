import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isAlive, thisProcess } from '../../src/hosts/node/process-identity.ts';
import { acquireLock, isHeld, lockHolder, type ProcessLock } from '../../src/hosts/node/process-lock.ts';
import { createRun } from '../../src/hosts/node/runs/create.ts';
import { startChild } from './fixtures/child.ts';
import { temporaryFolder } from './fixtures/folder.ts';
import { newRun } from './fixtures/runs.ts';

function acquired(folder: string): ProcessLock {
  const lock = acquireLock(folder);
  if (isHeld(lock)) throw new Error(`held by ${lock.process.pid}`);
  return lock;
}

describe('the lock of a folder', () => {
  it('is held by one and free again after its release', () => {
    const folder = temporaryFolder();
    const lock = acquired(folder);
    expect(acquireLock(folder)).toMatchObject({ process: { pid: process.pid }, certain: true });
    expect(lockHolder(folder)?.process.pid).toBe(process.pid);
    lock.release();
    expect(lockHolder(folder)).toBeUndefined();
    acquired(folder).release();
  });

  it('leaves one file, however often it is taken', () => {
    const folder = temporaryFolder();
    for (let i = 0; i < 5; i++) acquired(folder).release();
    expect(readdirSync(folder)).toEqual(['lock.5']);
  });

  it('outlives nobody: after kill -9 of its holder it is free', async () => {
    const home = join(temporaryFolder(), '.flowmason');
    const run = createRun(home, newRun());
    run.release();
    const child = startChild('hold-run.ts', [home]);
    expect(await child.line()).toBe('held');
    expect(acquireLock(run.files.folder)).toMatchObject({ process: { pid: child.process.pid } });
    await child.kill();
    acquired(run.files.folder).release();
  });

  it('goes to one of many processes that want it at the same time', async () => {
    const home = join(temporaryFolder(), '.flowmason');
    createRun(home, newRun()).release();
    const children = Array.from({ length: 6 }, () => startChild('hold-run.ts', [home]));
    const answers = await Promise.all(children.map((child) => child.line()));
    expect(answers.filter((answer) => answer === 'held')).toHaveLength(1);
    const holder = children[answers.indexOf('held')]?.process.pid;
    expect(answers.filter((answer) => answer === `busy ${holder}`)).toHaveLength(5);
  });

  it('does not trust a process id that was used again', () => {
    const folder = temporaryFolder();
    const me = thisProcess();
    writeFileSync(join(folder, 'lock.1'), JSON.stringify({ ...me, started: (me.started ?? 0) - 1_000_000 }));
    expect(lockHolder(folder)).toBeUndefined();
    acquired(folder).release();
  });

  it('does not count a holder from before the machine was restarted', () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'lock.4'), JSON.stringify({ ...thisProcess(), boot: 'another-boot' }));
    acquired(folder).release();
    expect(readdirSync(folder)).toEqual(['lock.5']);
  });

  it('takes a holder on another machine for alive, because nobody here can tell', () => {
    const folder = temporaryFolder();
    const other = { ...thisProcess(), host: `not-${hostname()}` };
    writeFileSync(join(folder, 'lock.1'), JSON.stringify(other));
    expect(isAlive(other)).toBe('unknown');
    expect(acquireLock(folder)).toEqual({ process: other, file: join(folder, 'lock.1'), certain: false });
  });

  it('holds while the one that has it dies after somebody else took over', () => {
    const folder = temporaryFolder();
    const first = acquired(folder);
    writeFileSync(join(folder, 'lock.1'), JSON.stringify({ ...thisProcess(), boot: 'gone' }));
    const second = acquired(folder);
    first.release();
    expect(isHeld(acquireLock(folder))).toBe(true);
    second.release();
    expect(lockHolder(folder)).toBeUndefined();
    expect(readFileSync(join(folder, 'lock.2'), 'utf8')).toContain('released');
  });
});
