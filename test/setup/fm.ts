import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = join(ROOT, 'bin', 'fm.js');

/** What a process came to. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface FmOptions {
  readonly cwd?: string;
  /** Beside the few variables that a process needs; undefined removes one. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly input?: string;
  /** Milliseconds after which the process is killed, wherever it is. */
  readonly killAfter?: number;
  /** Called with all of stderr so far whenever there is more. */
  readonly onStderr?: (text: string, kill: (signal: NodeJS.Signals) => void) => void;
  /** What runs instead of `bin/fm.js`: a program and its first arguments. */
  readonly program?: readonly [string, ...string[]];
}

/** An empty folder that is gone when the test is over. */
export function tempFolder(): string {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'fm-test-')));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** A home of its own, so that no setting or plugin of the machine counts; compiled code is shared. */
export function cleanEnvironment(home: string): Record<string, string> {
  const cache = join(tmpdir(), `fm-test-compiled-${userInfo().uid}`);
  mkdirSync(cache, { recursive: true, mode: 0o700 });
  return { PATH: process.env.PATH ?? '', HOME: home, NODE_COMPILE_CACHE: cache, LANG: 'C.UTF-8' };
}

/** Runs the real fm as a process. */
export function fm(args: readonly string[], options: FmOptions = {}): Promise<Ended> {
  const { cwd = ROOT, env = {}, input, killAfter, onStderr } = options;
  const [program, ...first] = options.program ?? [process.execPath, BIN];
  const home = env.HOME ?? tempFolder();
  const variables = Object.entries({ ...cleanEnvironment(home), ...env }).filter(([, value]) => value !== undefined);
  return new Promise((resolve, reject) => {
    const child = spawn(program, [...first, ...args], { cwd, env: Object.fromEntries(variables) });
    let [stdout, stderr] = ['', ''];
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
      onStderr?.(stderr, (signal) => child.kill(signal));
    });
    const kill = killAfter === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfter);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(kill);
      resolve({ code, signal, stdout, stderr });
    });
    child.stdin.on('error', () => {}).end(input ?? '');
  });
}
