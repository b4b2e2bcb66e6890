import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, onTestFinished } from 'vitest';
import { BIN, cleanEnvironment, type Ended, tempFolder } from '../setup/fm.ts';
import type { ServerProcess } from './server-process.ts';
import type { Checkout } from './shop-servers.ts';

export interface Entry {
  readonly number: number;
  readonly base: number;
  readonly kind: string;
  readonly release: string;
  readonly status: string;
  readonly active: boolean;
  readonly at: number;
}

/** Two pipelines that say the same, so that a mix of two releases would be seen. */
export function change(checkout: Checkout, text: string): void {
  checkout.pipeline('pay', text);
  checkout.pipeline('ship', text);
}

type Call = Pick<ServerProcess, 'call'>;

async function read<T>({ call }: Call, path: string): Promise<T> {
  const answer = await call('GET', `/api/v1${path}`);
  expect(answer.status).toBe(200);
  return (await answer.json()) as T;
}

/** The log of an environment, which has to be whole: no gap, nothing half, one active entry, and what that one says. */
export async function wholeLog(server: Call): Promise<readonly Entry[]> {
  const { deployments } = await read<{ deployments: Entry[] }>(server, '/deployments?project=shop&limit=500');
  const log = deployments.toReversed();
  expect(log.map(({ number, base, status }) => [number, base, status])).toEqual(
    log.map((_, i) => [i + 1, i, 'succeeded']),
  );
  expect(log.filter(({ active }) => active)).toEqual(log.slice(-1));
  if (log.length === 0) return log;
  const texts = await Promise.all(
    ['pay', 'ship'].map((name) => read<{ text: string; release: string }>(server, `/pipelines/${name}`)),
  );
  expect(texts.map(({ release }) => release)).toEqual([log.at(-1)?.release, log.at(-1)?.release]);
  expect(texts[0]?.text.replace('pay', 'ship')).toBe(texts[1]?.text);
  const audit = await read<{ broken: unknown }>(server, '/audit/verification');
  expect(audit.broken).toBeNull();
  return log;
}

export interface Started {
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<Ended>;
}

/** The real fm, which a test may stop. */
export function startFm(line: string, cwd: string, env: Readonly<Record<string, string>>): Started {
  const child = spawn(process.execPath, [BIN, ...line.split(' ')], {
    cwd,
    env: { ...cleanEnvironment(tempFolder()), ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  let [stdout, stderr] = ['', ''];
  child.stdout.setEncoding('utf8').on('data', (text) => {
    stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    stderr += text;
  });
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal, stdout, stderr }));
  return { kill: (signal) => void child.kill(signal), ended };
}
