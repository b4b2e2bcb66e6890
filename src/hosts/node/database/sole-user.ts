import { pathToFileURL } from 'node:url';
import { createClient } from '@libsql/client/sqlite3';
import { sqlite } from '../../../store/dialects/sqlite.ts';

/**
 * Whether no process has a libSQL file open; what is in files beside it is in it then. Leaving WAL needs a lock that
 * every open connection keeps from being taken. A file that is no database has no users.
 */
export async function hasNoUser(file: string): Promise<boolean> {
  const client = createClient({ url: pathToFileURL(file).href, timeout: 100, concurrency: 1 });
  try {
    await client.execute('PRAGMA journal_mode = DELETE');
    return true;
  } catch (error) {
    return sqlite.failure(error)?.code !== 'DATABASE_BUSY';
  } finally {
    client.close();
  }
}
