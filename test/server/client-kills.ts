import { expect } from 'vitest';
import { change, startFm, wholeLog } from './faults.ts';
import { type Gate, openGate, type Passing } from './gate.ts';
import { Checkout, startServers, variablesOf } from './shop-servers.ts';

/** Both servers behind gates, with a release that production has as well. */
export async function gated() {
  const servers = await startServers();
  const [staging, production] = await Promise.all([openGate(servers.staging.url), openGate(servers.production.url)]);
  const env = { ...variablesOf(servers), FM_STAGING_URL: staging.url, FM_PROD_URL: production.url };
  const checkout = new Checkout();
  change(checkout, 'first');
  const type = checkout.with(env);
  expect(await type('deploy staging')).toMatchObject({ code: 0 });
  expect(await type('promote prod')).toMatchObject({ code: 0 });
  return { servers, staging, production, env, checkout, type };
}

export type Gated = Awaited<ReturnType<typeof gated>>;

/** Resolves as soon as a call is held, which then never gets on. */
export function holding(gate: Gate, isIt: (passing: Passing) => boolean): Promise<void> {
  return new Promise((resolve) => {
    gate.rule((passing) => {
      if (!isIt(passing)) return true;
      resolve();
      return new Promise(() => {});
    });
  });
}

/** A command that activates something. */
export interface Way {
  readonly line: string;
  readonly gate: 'staging' | 'production';
  /** The call that activates. */
  readonly route: string;
  /** What makes the command have something to do. */
  readonly prepare: (gated: Gated, text: string) => Promise<void>;
}

export const WAYS: Readonly<Record<'deploy' | 'promote' | 'rollback', Way>> = {
  deploy: {
    line: 'deploy staging',
    gate: 'staging',
    route: 'POST /deployments',
    prepare: async ({ checkout }, text) => change(checkout, text),
  },
  promote: {
    line: 'promote prod',
    gate: 'production',
    route: 'POST /deployments',
    async prepare({ checkout, type }, text) {
      change(checkout, text);
      expect(await type('deploy staging')).toMatchObject({ code: 0 });
    },
  },
  rollback: {
    line: 'rollback #1 --env staging',
    gate: 'staging',
    route: 'POST /rollbacks',
    async prepare({ checkout, type }, text) {
      change(checkout, text);
      expect(await type('deploy staging')).toMatchObject({ code: 0 });
    },
  },
};

export type Moment = readonly [step: number, when: Passing['when']];

/** The calls of a command to its last one that activates, each before it reaches the server and before its answer is read. */
export async function momentsOf(all: Gated, { line, gate, route, prepare }: Way): Promise<readonly Moment[]> {
  await prepare(all, 'whole');
  all[gate].rule();
  expect(await all.type(line)).toMatchObject({ code: 0 });
  const last = all[gate].routes.lastIndexOf(route) + 1;
  expect(last).toBeGreaterThan(0);
  return Array.from({ length: last }, (_, i) => i + 1).flatMap((step): Moment[] => [
    [step, 'before'],
    [step, 'after'],
  ]);
}

/**
 * Kills a command at a moment, looks whether all of it or nothing was done, and runs it again to its end. Answers whether
 * it was done when it was killed.
 */
export async function killAt(all: Gated, { line, gate: at, prepare }: Way, [step, when]: Moment): Promise<boolean> {
  const [server, gate] = [all.servers[at], all[at]];
  await prepare(all, `${when} ${step}`);
  const before = await wholeLog(server);
  const held = holding(gate, (passing) => passing.count === step && passing.when === when);
  const command = startFm(line, all.checkout.root, all.env);
  await held;
  command.kill('SIGKILL');
  await command.ended;
  gate.rule();
  const after = await wholeLog(server);
  expect(await all.type(line)).toMatchObject({ code: 0 });
  expect(await wholeLog(server)).toHaveLength(before.length + 1);
  expect(await all.type(line)).toMatchObject({ code: 0, stdout: expect.stringMatching(/^nothing to do/) });
  return after.length > before.length;
}
