import { execFileSync } from 'node:child_process';
import { closeSync, existsSync, openSync, rmSync, statfsSync } from 'node:fs';
import { cpus, release, totalmem } from 'node:os';
import { dirname, join } from 'node:path';
import { VERSION } from '../../package.ts';
import { userSettingsFile } from '../../project/user-settings.ts';
import { type Check, failed, ok, warn } from './check.ts';

const ENOUGH_BYTES = 500e6;
const TOO_FEW_BYTES = 20e6;

/** What FlowMason needs of the machine: Node, places to write to, room. `root` is the project's folder, if any. */
export function checkMachine(root: string | undefined, cwd: string): Check[] {
  const { platform, arch, version, execPath } = process;
  const size = `${cpus().length} CPUs, ${(totalmem() / 1e9).toFixed(1)} GB`;
  return [
    ok('flowmason', `${VERSION} in ${dirname(import.meta.dirname)}`),
    // `bin/fm.js` refuses an older one.
    ok('node', `${version} in ${execPath}`),
    ok('system', `${platform} ${arch}, ${release()}, ${size}`),
    writable('runs', join(root ?? cwd, '.flowmason'), 'runs cannot be recorded'),
    writable('settings', dirname(userSettingsFile(root ?? cwd, process.env)), 'fm config set will not work'),
    disk(root ?? cwd),
  ];
}

/** Tries to make a file in the folder, or in the nearest one above that exists. */
function writable(name: string, folder: string, otherwise: string): Check {
  let at = folder;
  while (!existsSync(at) && dirname(at) !== at) at = dirname(at);
  const file = join(at, `.fm-doctor-${process.pid}`);
  try {
    closeSync(openSync(file, 'wx', 0o600));
    rmSync(file);
    return ok(name, `${folder} can be written`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return failed(
      name,
      `${folder} cannot be written (${reason}), so ${otherwise}`,
      `Give yourself permission to write to ${at}`,
    );
  }
}

function disk(folder: string): Check {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const message = `${(free / 1e9).toFixed(1)} GB free in ${folder}`;
  if (free > ENOUGH_BYTES) return ok('disk', message);
  const hint = 'Make room: runs are recorded under .flowmason/runs, and runs.keep says how many are kept';
  return free > TOO_FEW_BYTES ? warn('disk', message, hint) : failed('disk', message, hint);
}

/** Whether the project is under version control and keeps its runs out of it. */
export function checkGit(root: string): Check {
  if (git(root, 'rev-parse', '--is-inside-work-tree') !== 0) {
    return warn(
      'git',
      `${root} is not in a git repository`,
      'git init: releases are made from files under version control',
    );
  }
  if (git(root, 'check-ignore', '-q', '.flowmason/runs') !== 0) {
    return warn(
      'git',
      '.flowmason/ is not ignored, so recorded runs could be committed',
      "echo '.flowmason/' >> .gitignore",
    );
  }
  return ok('git', 'the project is in a repository, and .flowmason/ is ignored');
}

/** Git's exit code; 127 when there is no git. */
function git(cwd: string, ...args: string[]): number {
  try {
    execFileSync('git', args, { cwd, stdio: 'ignore' });
    return 0;
  } catch (error) {
    return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 127;
  }
}
