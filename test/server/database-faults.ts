import type { ChildProcess } from 'node:child_process';
import postgres from 'postgres';
import { expect, onTestFinished } from 'vitest';
import { migrateDatabase } from '../../src/hosts/node/database/migrate.ts';
import { tempFolder } from '../setup/fm.ts';
import { type OwnServer, ownServer } from '../setup/postgres/own-server.ts';
import { administer, databaseUrl } from '../setup/postgres/template.ts';
import { change, wholeLog } from './faults.ts';
import { type Gate, openGate, type Passing } from './gate.ts';
import { bootstrapKey, launchServer, type ServerProcess } from './server-process.ts';
import { Checkout, newKey, variablesOf } from './shop-servers.ts';

/** Milliseconds by which the clock of the machine of staging is wrong. */
export const SHIFT = 300_000;
const SHIFTED = `--import data:text/javascript,const%20now=Date.now;Date.now=()=>now()+${SHIFT}`;

/** Servers of staging and production over a PostgreSQL that a test may restart, behind gates. */
export interface OnPostgres {
  readonly database: OwnServer;
  readonly gates: Readonly<Record<Place, Gate>>;
  readonly servers: Readonly<Record<Place, ServerProcess>>;
  readonly checkout: Checkout;
  readonly type: ReturnType<Checkout['with']>;
  /** Another process in the place of the one of staging. */
  replace(): Promise<void>;
}

export type Place = 'staging' | 'production';

const kill = (child: ChildProcess): void => onTestFinished(() => void child.kill('SIGKILL'));

export async function onPostgres(): Promise<OnPostgres> {
  const database = await ownServer();
  const [first, second] = ['staging', 'production'].map((name) => databaseUrl(database.url, name));
  await administer(database.url, 'create database staging');
  await migrateDatabase(first!, { folder: '/', dryRun: false });
  await administer(database.url, 'create database production template staging');
  const key = bootstrapKey('staging');
  const start = () =>
    launchServer(
      tempFolder(),
      { FM_ENVIRONMENT: 'staging', FM_DATABASE_URL: first!, FM_BOOTSTRAP_KEY: key, NODE_OPTIONS: SHIFTED },
      kill,
      [],
    );
  const staging = await start();
  const reading = await newKey(staging, ['releases:read']);
  const upstream = await openGate(staging.url);
  const production = await launchServer(
    tempFolder(),
    {
      FM_ENVIRONMENT: 'production',
      FM_DATABASE_URL: second!,
      FM_UPSTREAM_URL: upstream.url,
      FM_UPSTREAM_KEY: reading,
    },
    kill,
    [],
  );
  const servers = { staging, production };
  const gates = { staging: await openGate(staging.url), production: await openGate(production.url) };
  const checkout = new Checkout();
  const forcing = await newKey(production, ['deploy', 'deploy:force', 'releases:read']);
  const type = checkout.with({
    ...variablesOf({ ...servers, forcing }),
    FM_STAGING_URL: gates.staging.url,
    FM_PROD_URL: gates.production.url,
  });
  change(checkout, 'first');
  expect(await type('deploy staging')).toMatchObject({ code: 0 });
  expect(await type('promote prod')).toMatchObject({ code: 0 });
  return {
    database,
    gates,
    servers,
    checkout,
    type,
    async replace() {
      await servers.staging.end('SIGKILL');
      servers.staging = await start();
      for (const gate of [gates.staging, upstream]) gate.to(servers.staging.url);
    },
  };
}

/** A command that activates something, where, and by which call. */
export const COMMANDS: Readonly<Record<'deploy' | 'promote' | 'rollback', readonly [string, Place, string]>> = {
  deploy: ['deploy staging', 'staging', 'POST /deployments'],
  promote: ['promote prod', 'production', 'POST /deployments'],
  rollback: ['rollback #1 --env staging', 'staging', 'POST /rollbacks'],
};

export type Moment = 'before' | 'in the middle' | 'after';

/**
 * Lets `fault` happen when a command activates: before that reaches the server, while its transaction is open, or when it
 * is committed and nobody has been told. Then everything has to be whole, and a rerun finishes the work. Answers what the
 * command came to, and whether it had been done by then.
 */
export async function during(
  all: OnPostgres,
  command: keyof typeof COMMANDS,
  moment: Moment,
  fault: () => Promise<void>,
) {
  const { type, checkout, gates } = all;
  const [line, place, route] = COMMANDS[command];
  change(checkout, `${command} ${moment} ${Math.random()}`);
  if (command !== 'deploy') expect(await type('deploy staging')).toMatchObject({ code: 0 });
  const before = await wholeLog(all.servers[place]);
  const calls = command === 'rollback' ? 2 : 1;
  let isOver = false;
  const isIt = ({ route: asked }: Passing): boolean =>
    !isOver && asked === route && gates[place].routes.filter((each) => each === route).length === calls;
  let happened = Promise.resolve();
  gates[place].rule(async (passing) => {
    if (!isIt(passing) || passing.when !== (moment === 'after' ? 'after' : 'before')) return true;
    isOver = true;
    if (moment === 'in the middle') ({ happened } = await whenBlocked(databaseUrl(all.database.url, place), fault));
    else await fault();
    return true;
  });
  const ended = await type(line);
  await happened;
  gates[place].rule();
  const after = await wholeLog(all.servers[place]);
  expect(after.length - before.length).toBeOneOf([0, 1]);
  const isDone = after.length > before.length;
  // It tells the truth, whatever it is.
  if (ended.code === 0) expect(isDone).toBe(true);
  else expect(ended.code).toBe(7);
  expect(await type(line)).toMatchObject({ code: 0 });
  expect(await wholeLog(all.servers[place])).toHaveLength(before.length + 1);
  return { ...ended, isDone };
}

/** Holds what every activation needs, until one waits for it; then the fault happens, and `happened` resolves. */
async function whenBlocked(url: string, fault: () => Promise<void>): Promise<{ readonly happened: Promise<void> }> {
  const sql = postgres(url, { max: 2, onnotice() {} });
  const holder = await sql.reserve();
  await holder`begin`;
  await holder`select name from environments for update`;
  const waiting = async (): Promise<number> =>
    (await sql`select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`).length;
  const happens = async (): Promise<void> => {
    await expect.poll(waiting, { timeout: 20_000, interval: 20 }).toBeGreaterThan(0);
    await fault();
    await sql.end({ timeout: 0 });
  };
  return { happened: happens() };
}
