import postgres from 'postgres';
import { installQueue, type QueueSettings } from '../../src/hosts/node/dispatcher/pg-boss/install-queue.ts';
import { postgresDatabase } from './postgres.ts';

export interface TestQueueSettings extends QueueSettings {
  /** Seconds without a word after which a worker counts as dead: fewer than pg-boss takes from its users. */
  readonly heartbeat?: number;
}

/** A PostgreSQL database of one's own with the schema and the queue. */
export async function queueDatabase(settings?: TestQueueSettings): Promise<string> {
  if (settings) {
    const { heartbeat, ...others } = settings;
    const url = await postgresDatabase();
    await installQueue(url, others);
    if (heartbeat !== undefined) await setHeartbeat(url, heartbeat);
    return url;
  }
  installed ??= queueDatabase({});
  return postgresDatabase({ like: await installed });
}

/** Of the jobs that are enqueued from now on, and of workers that are started from now on. */
export async function setHeartbeat(url: string, seconds: number): Promise<void> {
  const sql = postgres(url, { max: 1 });
  await sql`update pgboss.queue set heartbeat_seconds = ${seconds} where name = 'runs'`;
  await sql.end();
}

/** Copied for every other one of the file, because installing takes longer than most tests. */
let installed: Promise<string> | undefined;
