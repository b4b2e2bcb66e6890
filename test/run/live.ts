import { spawn } from 'node:child_process';
import { onTestFinished } from 'vitest';
import { cleanEnvironment, type Ended } from '../setup/fm.ts';

/** A process that goes on while the test does other things. */
export interface Live {
  readonly pid: number;
  /** Both streams so far. */
  readonly text: () => string;
  /** Resolves when the output so far matches; rejects when the process ends without. */
  until(pattern: RegExp | string): Promise<string>;
  type(text: string): void;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

export interface StartOptions {
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>> & { readonly HOME: string };
}

export function start([program = '', ...args]: readonly string[], { cwd, env }: StartOptions): Live {
  const child = spawn(program, args, { cwd, env: { ...cleanEnvironment(env.HOME), ...env } });
  const waiting = new Set<() => void>();
  const tell = (): void => {
    for (const look of [...waiting]) look();
  };
  let [stdout, stderr, both] = ['', '', ''];
  let gone = false;
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
    both += text;
    tell();
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    both += text;
    tell();
  });
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      gone = true;
      resolve({ code, signal, stdout, stderr });
      tell();
    });
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return {
    // A process that could not be started rejects `ended`.
    pid: child.pid ?? -1,
    text: () => both,
    until: (pattern) =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = typeof pattern === 'string' ? both.includes(pattern) : pattern.test(both);
          if (!found && !gone) return;
          waiting.delete(look);
          if (found) resolve(both);
          else reject(new Error(`ended without ${pattern}:\n${both}`));
        };
        waiting.add(look);
        look();
      }),
    type: (text) => child.stdin.write(text),
    kill: (signal) => child.kill(signal),
    ended,
  };
}
