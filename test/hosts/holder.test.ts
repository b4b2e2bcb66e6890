import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { lockHolder } from '../../src/hosts/node/dispatcher/holder.ts';
import { tempFolder } from '../setup/fm.ts';

describe('who executes a run', () => {
  it('is one process at a time, and the error names it', () => {
    const folder = join(tempFolder(), 'locks');
    const held = lockHolder(folder).take('run1');
    expect(() => lockHolder(folder).take('run1')).toThrow(
      expect.objectContaining({ code: 'RUN_BUSY', message: expect.stringContaining(`process ${process.pid}`) }),
    );
    lockHolder(folder).take('run2').release(false);
    held.release(false);
    const again = lockHolder(folder).take('run1');
    again.release(true);
    // Of what has ended nothing is left.
    expect(readdirSync(folder)).toEqual(['run2']);
    lockHolder(folder).take('run1').release(true);
    expect(existsSync(join(folder, 'run1'))).toBe(false);
  });

  it.each(['', '..', '../x', 'a/b', 'a\\b', 'x'.repeat(101), 'ü'])('has no lock for %j', (run) => {
    const folder = join(tempFolder(), 'locks');
    expect(() => lockHolder(folder).take(run)).toThrow(expect.objectContaining({ code: 'USAGE' }));
    expect(existsSync(folder)).toBe(false);
  });
});
