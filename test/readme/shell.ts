import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** What only a fresh clone can do; CI carries it out as it is written. */
export const SETUP = /^npm (ci|test)( && )?/;

/** A folder that looks like a fresh clone, with `fm` on the PATH, and a shell that remembers where it is. */
export class Shell {
  /** What is exported in it. */
  readonly variables: Record<string, string> = {};
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'fm-readme-')));
  #cwd = this.folder;
  #status = 0;

  constructor() {
    const tools = join(this.folder, '.tools');
    mkdirSync(tools);
    writeFileSync(join(tools, 'fm'), `#!/bin/sh\nexec "${process.execPath}" "${join(ROOT, 'bin/fm.js')}" "$@"\n`);
    chmodSync(join(tools, 'fm'), 0o755);
    symlinkSync(process.execPath, join(tools, 'node'));
    symlinkSync(join(ROOT, 'bin'), join(this.folder, 'bin'));
    const unrecorded = (source: string): boolean => !source.includes('.flowmason');
    cpSync(join(ROOT, 'src/templates'), join(this.folder, 'src/templates'), { recursive: true, filter: unrecorded });
  }

  write(path: string, text: string): void {
    const file = join(this.#cwd, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }

  /** What a command prints on both streams. `$?` and the folder go on to the next one. */
  type(command: string): string {
    const state = join(this.folder, '.tools/cwd');
    const script = `exec 2>&1\n(exit ${this.#status})\n${command}\nstatus=$?\npwd > '${state}'\nexit $status\n`;
    const { stdout, status } = spawnSync('bash', ['-c', script], {
      cwd: this.#cwd,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
      env: {
        PATH: `${join(this.folder, '.tools')}:/usr/local/bin:/usr/bin:/bin`,
        HOME: this.folder,
        LANG: 'C.UTF-8',
        ...this.variables,
      },
    });
    this.#status = status ?? 1;
    this.#cwd = readFileSync(state, 'utf8').trim();
    return stdout;
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
