import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { KEY_BYTES, makeAccessKey } from '../../src/core/access-key.ts';
import { randomBytes } from '../../src/hosts/node/random.ts';
import { BIN, cleanEnvironment } from '../setup/fm.ts';

/** A server of its own process. */
export interface ServerProcess {
  readonly url: string;
  readonly child: ChildProcess;
  /** An admin key, until another exists. */
  readonly key: string;
  /** Lines of the log so far. */
  readonly log: () => Record<string, unknown>[];
  readonly output: () => string;
  readonly call: (method: string, path: string, body?: unknown, key?: string) => Promise<Response>;
  /** Sends a signal and answers the exit code. */
  readonly end: (signal?: NodeJS.Signals) => Promise<number | null>;
}

export function bootstrapKey(environment = 'trial'): string {
  return makeAccessKey(environment, randomBytes(KEY_BYTES)).key;
}

/** Starts `fm serve` in a folder, and waits until it serves. It is gone when the test is over. */
export function startServer(folder: string, variables: Record<string, string> = {}): Promise<ServerProcess> {
  return launchServer(folder, variables, (child) => onTestFinished(() => void child.kill('SIGKILL')));
}

/** The same for several tests: `onStart` gets what is to be ended. Executes runs over PostgreSQL as well, unless `flags` say otherwise; `program` is what runs instead of `bin/fm.js`. */
export async function launchServer(
  folder: string,
  variables: Record<string, string>,
  onStart: (child: ChildProcess) => void,
  flags: readonly string[] = ['--worker'],
  program: readonly string[] = [BIN],
): Promise<ServerProcess> {
  const key = variables.FM_BOOTSTRAP_KEY ?? bootstrapKey(variables.FM_ENVIRONMENT);
  const env = { ...cleanEnvironment(folder), FM_PORT: '0', FM_BOOTSTRAP_KEY: key, ...variables };
  const child = spawn(process.execPath, [...program, 'serve', ...flags], {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onStart(child);
  let text = '';
  const log = () =>
    text
      .split('\n')
      .filter((line) => line.startsWith('{'))
      .map((line): Record<string, unknown> => JSON.parse(line));
  child.stderr.setEncoding('utf8').on('data', (data) => {
    text += data;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (data) => {
      text += data;
      const serving = text.endsWith('\n') ? log().find(({ msg }) => msg === 'serving') : undefined;
      if (serving) resolve(String(serving.url));
    });
    child.on('close', () => reject(new Error(text)));
  });
  return {
    url,
    child,
    key,
    log,
    output: () => text,
    call(method, path, body, who = key) {
      const json = body === undefined ? undefined : { 'content-type': 'application/json' };
      return fetch(`${url}${path}`, {
        method,
        headers: { 'x-api-key': who, ...json },
        ...(body === undefined ? undefined : { body: JSON.stringify(body) }),
      });
    },
    async end(signal = 'SIGTERM') {
      const closed = once(child, 'close');
      child.kill(signal);
      await closed;
      return child.exitCode;
    },
  };
}
