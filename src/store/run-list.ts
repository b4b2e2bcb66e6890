import { and, count, desc, eq, getTableColumns, gte, inArray, isNull, lt, notLike, or } from 'drizzle-orm';
import type { RunStatus } from '../core/run.ts';
import { cursorOf, parseCursor } from './cursor.ts';
import type { Handle } from './handle.ts';
import type { Run } from './run-states.ts';

export interface RunFilter {
  readonly environment: string;
  readonly project?: string | undefined;
  readonly pipeline?: string | undefined;
  readonly release?: string | undefined;
  /** Of the release. */
  readonly version?: string | undefined;
  readonly status?: readonly RunStatus[] | undefined;
  /** Accepted then or later, epoch milliseconds. */
  readonly since?: number | undefined;
  /** What ids begin with. */
  readonly prefix?: string | undefined;
  /** Leaves out what was started by a trigger whose id begins so. */
  readonly notBy?: string | undefined;
}

/** A run as lists show it. */
export type RunRow = Omit<Run, 'input' | 'vars' | 'result'>;

/** Runs by what they have in common. */
export function runList({ db, tables }: Handle) {
  const { runs: table } = tables;
  const matching = ({ environment, project, pipeline, release, version, status, since, prefix, notBy }: RunFilter) =>
    and(
      eq(table.environment, environment),
      project === undefined ? undefined : eq(table.project, project),
      pipeline === undefined ? undefined : eq(table.pipeline, pipeline),
      release === undefined ? undefined : eq(table.release, release),
      version === undefined ? undefined : eq(table.version, version),
      since === undefined ? undefined : gte(table.accepted_at, since),
      // Ids are sorted by their bytes, so those with one beginning follow each other.
      prefix === undefined ? undefined : and(gte(table.id, prefix), lt(table.id, `${prefix}\u{ffff}`)),
      status === undefined ? undefined : inArray(table.status, [...status]),
      notBy === undefined ? undefined : or(isNull(table.trigger), notLike(table.trigger, `${notBy}%`)),
    );

  return {
    /** Runs, the newest first; `next` is the cursor of the following page, undefined at the end. */
    async list(
      filter: RunFilter,
      page: { readonly after?: string | undefined; readonly limit: number },
    ): Promise<{ readonly runs: RunRow[]; readonly next: string | undefined }> {
      const { input: _input, vars: _vars, result: _result, ...shown } = getTableColumns(table);
      const from = page.after === undefined ? undefined : parseCursor(page.after);
      const older =
        from && or(lt(table.accepted_at, from.at), and(eq(table.accepted_at, from.at), lt(table.id, from.id)));
      const rows = await db
        .select(shown)
        .from(table)
        .where(and(matching(filter), older))
        .orderBy(desc(table.accepted_at), desc(table.id))
        .limit(page.limit + 1);
      const list = rows.slice(0, page.limit);
      const last = list.at(-1);
      const next = rows.length > page.limit && last ? cursorOf({ at: last.accepted_at, id: last.id }) : undefined;
      return { runs: list, next };
    },

    /** How many runs there are of this kind. */
    async number(filter: RunFilter): Promise<number> {
      const [row] = await db.select({ runs: count() }).from(table).where(matching(filter));
      return row?.runs ?? 0;
    },
  };
}
