// Applies the changes that stand in a file, and is killed, or told that the disk is full, at one of its system calls:
//   node apply-child.ts ROOT CHANGES.json kill|full|nobody COUNT
import fs, { readFileSync } from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';

const [root = '', changes = '', what = '', count = ''] = process.argv.slice(2);
const plan = JSON.parse(readFileSync(changes, 'utf8'));
let rest = Number(count);

/** Calls that change what is on the disk. */
const CALLS = [
  'openSync',
  'writeSync',
  'fsyncSync',
  'fchmodSync',
  'renameSync',
  'unlinkSync',
  'mkdirSync',
  'linkSync',
  'rmSync',
] as const;
for (const name of CALLS) {
  const call = fs[name] as (...args: unknown[]) => unknown;
  Object.assign(fs, {
    [name]: (...args: unknown[]) => {
      if (rest-- > 0 || what === 'nobody') return call(...args);
      if (what === 'kill') process.kill(process.pid, 'SIGKILL');
      // A full disk can still be tidied up.
      if (name === 'writeSync')
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return call(...args);
    },
  });
}
syncBuiltinESMExports();

const { applyFiles } = await import('../../../src/cli/project/sync/apply-files.ts');
try {
  const { done, left } = applyFiles({ root, home: join(root, '.flowmason') }, plan);
  console.log(JSON.stringify({ done, left }));
} catch (error) {
  const { code = '', message = '' } = error as { code?: string; message?: string };
  console.log(JSON.stringify({ code, message }));
}
