import { postgres } from '../../../store/dialects/postgres.ts';
import type { OpenedDatabase } from '../../edge/opened.ts';
import { postgresDatabase } from '../../edge/postgres.ts';
import { transactionScope } from './scope.ts';

export interface PostgresOptions {
  /** Connections for single statements, and as many for transactions. */
  readonly connections?: number | undefined;
}

const CONNECTIONS = 5;

/** Opens a PostgreSQL database, and makes sure that it answers. Throws FlowMasonError `DATABASE_UNREACHABLE`. */
export async function openPostgres(url: string, options: PostgresOptions = {}): Promise<OpenedDatabase> {
  const { connections = CONNECTIONS } = options;
  const opened = postgresDatabase(url, { connections, scope: transactionScope() });
  try {
    await postgres.rows(opened.db, postgres.time);
    return opened;
  } catch (error) {
    await opened.release();
    throw postgres.failure(error) ?? error;
  }
}
