import { installQueue, type QueueSettings } from '../../src/hosts/node/dispatcher/pg-boss/install-queue.ts';
import { postgresDatabase } from './postgres.ts';

/** A PostgreSQL database of one's own with the schema and the queue. */
export async function queueDatabase(settings?: QueueSettings): Promise<string> {
  if (settings) {
    const url = await postgresDatabase();
    await installQueue(url, settings);
    return url;
  }
  installed ??= queueDatabase({});
  return postgresDatabase({ like: await installed });
}

/** Copied for every other one of the file, because installing takes longer than most tests. */
let installed: Promise<string> | undefined;
