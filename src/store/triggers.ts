import { and, asc, eq, isNotNull, isNull, lt, lte, min, or } from 'drizzle-orm';
import type { JsonObject } from '../core/json.ts';
import { chunks } from './chunks.ts';
import type { Handle } from './handle.ts';
import type { LastFiring } from './tables/runs.ts';
import type { Tables } from './tables/tables.ts';

export type StoredTrigger = Tables['triggers']['$inferSelect'];

/** Which trigger. */
export interface TriggerName {
  readonly environment: string;
  readonly project: string;
  readonly pipeline: string;
  readonly id: string;
}

export interface NewTrigger {
  readonly pipeline: string;
  readonly id: string;
  readonly type: string;
  /** As the pipeline's file has it. */
  readonly definition: JsonObject;
  /** Below `/hooks/`, of a webhook; what a schedule has of one is what it was before. */
  readonly path: string | null;
  /** When a schedule is due next, epoch milliseconds. */
  readonly next_at: number | null;
}

/** `last_at` is as exact as that for who fires all the time, milliseconds. */
const NOTED_MS = 1_000;

/** What starts runs by itself, as active releases declare it. */
export function triggers(handle: Handle) {
  const { db, tables, dialect } = handle;
  const { triggers: table } = tables;
  const at = ({ environment, project, pipeline, id }: TriggerName) =>
    and(eq(table.environment, environment), eq(table.project, project), eq(table.pipeline, pipeline), eq(table.id, id));
  const mine = (environment: string, project: string) =>
    and(eq(table.environment, environment), eq(table.project, project));

  return {
    /**
     * Makes a project's triggers those of a release; belongs into the transaction of its activation. Whether one is paused
     * stays, and so does what is kept of those that the release does not have. Throws FlowMasonError `ALREADY_EXISTS` for a
     * webhook path that is taken.
     */
    async replace(environment: string, project: string, list: readonly NewTrigger[]): Promise<void> {
      await handle.atomically(async ({ db }) => {
        await db.update(table).set({ active: false, next_at: null }).where(mine(environment, project));
        const rows = list.map((trigger) => ({ environment, project, ...trigger, active: true, paused: false }));
        const { type, definition, path, next_at } = table;
        const set = Object.fromEntries(
          Object.entries({ type, definition, path, next_at }).map(([name, column]) => [name, dialect.excluded(column)]),
        );
        for (const part of chunks(rows)) {
          await db
            .insert(table)
            .values(part)
            .onConflictDoUpdate({
              target: [table.environment, table.project, table.pipeline, table.id],
              set: { ...set, active: true },
            });
        }
      });
    },

    /** Those of a project, also those that were there once; nobody fires or changes them until the transaction ends. */
    async hold(environment: string, project: string): Promise<StoredTrigger[]> {
      return dialect.lock(db.select().from(table).where(mine(environment, project)).orderBy(table.pipeline, table.id));
    },

    /** The active ones: of all projects, or of one. */
    async list(environment: string, project?: string): Promise<StoredTrigger[]> {
      const which = project === undefined ? eq(table.environment, environment) : mine(environment, project);
      return db
        .select()
        .from(table)
        .where(and(which, eq(table.active, true)))
        .orderBy(table.pipeline, table.id);
    },

    /** The active ones with this id: of any pipeline, or of one. */
    async find(environment: string, id: string, pipeline?: string): Promise<StoredTrigger[]> {
      const which = pipeline === undefined ? undefined : eq(table.pipeline, pipeline);
      return db
        .select()
        .from(table)
        .where(and(eq(table.environment, environment), eq(table.id, id), which, eq(table.active, true)))
        .orderBy(table.pipeline);
    },

    /** The active webhook at a path below `/hooks/`. */
    async atPath(environment: string, path: string): Promise<StoredTrigger | undefined> {
      const [row] = await db
        .select()
        .from(table)
        .where(
          and(
            eq(table.environment, environment),
            eq(table.path, path),
            eq(table.active, true),
            eq(table.type, 'webhook'),
          ),
        );
      return row;
    },

    /** Schedules whose time has come, the longest overdue first. */
    async due(environment: string, now: number, limit: number): Promise<StoredTrigger[]> {
      return db
        .select()
        .from(table)
        .where(and(eq(table.environment, environment), lte(table.next_at, now), eq(table.paused, false)))
        .orderBy(asc(table.next_at))
        .limit(limit);
    },

    /** When the next schedule is due, epoch milliseconds; undefined when none ever is. */
    async nextDue(environment: string): Promise<number | undefined> {
      const [row] = await db
        .select({ next_at: min(table.next_at) })
        .from(table)
        .where(and(eq(table.environment, environment), isNotNull(table.next_at), eq(table.paused, false)));
      return row?.next_at ?? undefined;
    },

    /** Takes the time that a schedule is due at; false when somebody else has, and then it must not fire. */
    async take(name: TriggerName, due_at: number, next_at: number | null): Promise<boolean> {
      const done = await db
        .update(table)
        .set({ next_at })
        .where(and(at(name), eq(table.next_at, due_at), eq(table.paused, false), eq(table.active, true)))
        .returning({ id: table.id });
      return done.length > 0;
    },

    /** Keeps what came of firing; of what fires all the time not each. */
    async note(name: TriggerName, last: LastFiring): Promise<void> {
      const last_at = handle.now();
      const isDue = or(isNull(table.last_at), lt(table.last_at, last_at - NOTED_MS), isNull(table.last));
      // A failure is worth more than the successes around it.
      const when = last.error === null ? and(at(name), isDue) : at(name);
      await db.update(table).set({ last, last_at }).where(when);
    },

    /** False when it was so before, or there is no such trigger. */
    async pause(name: TriggerName): Promise<boolean> {
      const done = await db
        .update(table)
        .set({ paused: true })
        .where(and(at(name), eq(table.paused, false)))
        .returning({ id: table.id });
      return done.length > 0;
    },

    /** As `pause`; what a schedule missed meanwhile is not made up for. */
    async resume(name: TriggerName, next_at: number | null): Promise<boolean> {
      const done = await db
        .update(table)
        .set({ paused: false, next_at })
        .where(and(at(name), eq(table.paused, true)))
        .returning({ id: table.id });
      return done.length > 0;
    },
  };
}
