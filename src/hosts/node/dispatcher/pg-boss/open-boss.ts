import { type ConstructorOptions, PgBoss } from 'pg-boss';
import { FlowMasonError } from '../../../../core/errors.ts';
import { postgres } from '../../../../store/dialects/postgres.ts';
import { SCHEMA } from './settings.ts';

export interface BossOptions {
  /** Whether this process looks for dead workers and old jobs. */
  readonly supervise: boolean;
  /** Whether to bring pg-boss' tables to this version: `fm migrate` only. */
  readonly migrate?: boolean;
  /** Connections at most, beside the one that listens. */
  readonly connections: number;
  /** What goes wrong beside the calls; pg-boss goes on by itself. */
  readonly onError: (error: unknown) => void;
}

/** Seconds between two looks for dead workers. */
const LOOK: Pick<ConstructorOptions, 'superviseIntervalSeconds' | 'monitorIntervalSeconds'> = {
  superviseIntervalSeconds: 1,
  monitorIntervalSeconds: 1,
};

/**
 * Starts pg-boss on the control database. Throws FlowMasonError `SCHEMA_BEHIND` where `fm migrate` has not installed it,
 * `DATABASE_UNREACHABLE`.
 */
export async function openBoss(url: string, options: BossOptions): Promise<PgBoss> {
  const { supervise, migrate = false, connections, onError } = options;
  const boss = new PgBoss({
    connectionString: url,
    application_name: 'flowmason-queue',
    schema: SCHEMA,
    max: connections,
    supervise,
    schedule: false,
    migrate,
    createSchema: migrate,
    registerInstance: false,
    maintenanceIntervalSeconds: 60,
    ...LOOK,
  });
  boss.on('error', onError);
  try {
    return await boss.start();
  } catch (error) {
    await boss.stop({ graceful: false }).catch(() => {});
    throw translated(error);
  }
}

/** An error of pg-boss or its driver as one of ours; others as they are. */
export function translated(error: unknown): unknown {
  if (error instanceof FlowMasonError) return error;
  const known = postgres.failure(error);
  if (known) return known;
  if (!(error instanceof Error) || !/pg-boss (is not installed|database requires migrations)/.test(error.message))
    return error;
  return new FlowMasonError('SCHEMA_BEHIND', 'The database lacks the tables of the queue, or has older ones', {
    hint: 'fm migrate',
    cause: error,
  });
}
