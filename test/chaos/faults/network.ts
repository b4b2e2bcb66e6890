import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { onTestFinished } from 'vitest';
import { bootstrapKey, launchServer, type ServerProcess } from '../../server/server-process.ts';
import { BIN, tempFolder } from '../../setup/fm.ts';
import { launchWorker } from '../../worker/queue/worker-process.ts';
import { Load, pause } from '../load.ts';
import { seeded } from '../seeded.ts';
import { TcpProxy } from '../tcp-proxy.ts';

/** Networks of a machine each, behind one switch. */
const SWITCH = 'fmchaos';
const HERE = '10.203.77.1';

interface Machine {
  readonly address: string;
  /** What starts a program on it. */
  readonly place: readonly string[];
  /** Its link, as the switch sees it. */
  readonly link: string;
}

/** Why there can be no networks here, undefined where there can. */
export function noNetworks(): string | undefined {
  try {
    ip('netns', 'add', 'fmchaos-try');
    ip('netns', 'del', 'fmchaos-try');
    return undefined;
  } catch {
    return 'networks need root and `ip netns`';
  }
}

/**
 * Two servers and three workers on machines of their own; the link of one after the other goes down, for times shorter
 * and longer than a lease. Runs are accepted over HTTP, with keys, and asked for again where there was no answer.
 */
export async function loseLinks({ url, times }: { url: string; times: number }): Promise<void> {
  const chance = seeded('network');
  const machines = makeMachines(5);
  const { port } = await TcpProxy.open(Number(new URL(url).port), HERE);
  const database = Object.assign(new URL(url), { hostname: HERE, port: String(port) }).href;
  const load = await Load.open({ url, chance, atOnce: 40, host: HERE });
  const key = bootstrapKey('staging');
  const servers: ServerProcess[] = [];
  for (const { address, place } of machines.slice(0, 2)) {
    const settings = { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: database, FM_BOOTSTRAP_KEY: key, FM_HOST: address };
    const kill: Parameters<typeof launchServer>[2] = (child) => onTestFinished(() => void child.kill('SIGKILL'));
    servers.push(await launchServer(tempFolder(), settings, kill, [], [BIN], place));
  }
  for (const { place } of machines.slice(2)) {
    load.workers.push(
      await launchWorker({ FM_DATABASE_URL: database }, ['--concurrency', '5', '--drain', '2s'], place),
    );
  }
  load.accept = (pipeline) => accept(servers, key, pipeline);
  load.begin();
  for (let n = 0; n < times; n++) {
    await pause(500 + chance.below(1_500));
    const link = machines[n % machines.length]?.link ?? '';
    ip('link', 'set', link, 'down');
    await pause(1_000 + chance.below(17_000));
    ip('link', 'set', link, 'up');
  }
  await load.conclude('link of a machine down and up', times);
}

/** Asks one server after the other under one key until one answers. */
async function accept(servers: readonly ServerProcess[], key: string, pipeline: string): Promise<string> {
  const once = randomUUID();
  for (;;) {
    for (const { url } of servers) {
      try {
        const answer = await fetch(`${url}/api/v1/pipelines/${pipeline}/runs`, {
          method: 'POST',
          headers: { 'x-api-key': key, 'content-type': 'application/json', 'idempotency-key': once },
          body: '{}',
          signal: AbortSignal.timeout(2_000),
        });
        // A server that has no answer says so, and the other one may have.
        if (answer.ok) return String(((await answer.json()) as { run_id: unknown }).run_id);
      } catch {}
    }
    await pause(100);
  }
}

function makeMachines(count: number): Machine[] {
  ip('link', 'add', SWITCH, 'type', 'bridge');
  onTestFinished(() => ip('link', 'del', SWITCH));
  ip('addr', 'add', `${HERE}/24`, 'dev', SWITCH);
  ip('link', 'set', SWITCH, 'up');
  return Array.from({ length: count }, (_, index) => {
    const name = `${SWITCH}${index}`;
    const [link, inside] = [`${name}a`, `${name}b`];
    const place = ['ip', 'netns', 'exec', name];
    const address = `10.203.77.${10 + index}`;
    ip('netns', 'add', name);
    // Its end of the link goes with it, and so does the other one.
    onTestFinished(() => ip('netns', 'del', name));
    ip('link', 'add', link, 'type', 'veth', 'peer', 'name', inside);
    ip('link', 'set', inside, 'netns', name);
    ip('link', 'set', link, 'master', SWITCH);
    ip('link', 'set', link, 'up');
    for (const words of [
      ['addr', 'add', `${address}/24`, 'dev', inside],
      ['link', 'set', inside, 'up'],
      ['link', 'set', 'lo', 'up'],
    ])
      execFileSync('ip', ['-n', name, ...words]);
    return { address, place, link };
  });
}

function ip(...words: string[]): void {
  execFileSync('ip', words, { stdio: 'pipe' });
}
