import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { KEY_BYTES, makeAccessKey } from '../../src/core/access-key.ts';
import { randomBytes } from '../../src/hosts/node/random.ts';

export const FM = fileURLToPath(new URL('../../bin/fm.js', import.meta.url));
const REPORTER = new URL('usage-reporter.ts', import.meta.url).href;

/** What a process has used of the machine. */
export interface Usage {
  /** Seconds of processor time since its start. */
  readonly cpu: number;
  /** Bytes. */
  readonly rss: number;
}

/** A process that tells what it uses. */
export interface Measured {
  readonly child: ChildProcess;
  usage(): Promise<Usage>;
  end(): Promise<void>;
}

/** A server of its own process. */
export interface Server extends Measured {
  readonly url: string;
  /** An admin key. */
  readonly key: string;
}

/** What `fm` of the benches knows of its surroundings: nothing of the machine's settings. */
export function environmentOf(home: string, more: Readonly<Record<string, string>> = {}): Record<string, string> {
  return { PATH: process.env.PATH ?? '', HOME: home, ...more };
}

/** Starts a program of Node; `collect` lets it collect garbage when it is asked for its usage. */
export function start(
  args: readonly string[],
  options: { readonly cwd?: string; readonly env: Readonly<Record<string, string>>; readonly collect?: boolean },
): Measured {
  const { cwd = tmpdir(), env, collect = false } = options;
  const flags = [...(collect ? ['--expose-gc'] : []), '--import', REPORTER];
  const child = spawn(process.execPath, [...flags, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'inherit', 'ipc'] });
  return {
    child,
    async usage() {
      const answer = once(child, 'message');
      child.send('usage');
      // Of the reporter, which says nothing else.
      return (await answer)[0] as Usage;
    },
    async end() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** The first line of a process that this finds something in. Throws when it ends before. */
export function said<T>({ child }: Measured, find: (line: string) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    let text = '';
    child.stdout?.setEncoding('utf8').on('data', (data: string) => {
      text += data;
      const lines = text.split('\n');
      text = lines.pop() ?? '';
      for (const line of lines) {
        const found = find(line);
        if (found !== undefined) resolve(found);
      }
    });
    child.once('exit', (code) => reject(new Error(`a process ended ${code} before it said what was waited for`)));
  });
}

/** Runs `work` with a folder of its own. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'fm-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export interface ServeOptions {
  readonly flags?: readonly string[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly collect?: boolean;
}

/** `fm serve` over a database, as `staging`. */
export async function serve(database: string, folder: string, options: ServeOptions = {}): Promise<Server> {
  const { flags = [], collect = false } = options;
  const { key } = makeAccessKey('staging', randomBytes(KEY_BYTES));
  const settings = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: database, FM_BOOTSTRAP_KEY: key, FM_PORT: '0' };
  const variables = { ...settings, ...options.variables };
  const measured = start([FM, 'serve', ...flags], { cwd: folder, env: environmentOf(folder, variables), collect });
  try {
    const url = await said(measured, (line) => /"url":"([^"]+)".*"msg":"serving"/.exec(line)?.[1]);
    return { ...measured, url, key };
  } catch (error) {
    await measured.end();
    throw error;
  }
}

/** Milliseconds of `fm` as a process, from its start to its end. Throws when it does not succeed. */
export function timeFm(args: readonly string[], cwd: string, variables: Readonly<Record<string, string>> = {}): number {
  const from = performance.now();
  const { status, stderr, stdout } = spawnSync(process.execPath, [FM, ...args], {
    cwd,
    encoding: 'utf8',
    env: environmentOf(cwd, variables),
  });
  const took = performance.now() - from;
  if (status !== 0) throw new Error(`fm ${args.join(' ')} ended ${status}: ${stderr}${stdout}`);
  return took;
}
