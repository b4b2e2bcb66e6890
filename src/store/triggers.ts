import { and, asc, eq, isNull, lte } from 'drizzle-orm';
import type { JsonObject } from '../core/json.ts';
import { chunks } from './chunks.ts';
import type { Handle } from './handle.ts';
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
  /** Below `/hooks/`, for a webhook. */
  readonly path?: string | undefined;
  /** When a schedule is due next, epoch milliseconds. */
  readonly next_at?: number | undefined;
}

/** What starts runs by itself, as active releases declare it. */
export function triggers(handle: Handle) {
  const { db, tables } = handle;
  const { triggers: table } = tables;
  const at = ({ environment, project, pipeline, id }: TriggerName) =>
    and(eq(table.environment, environment), eq(table.project, project), eq(table.pipeline, pipeline), eq(table.id, id));

  return {
    /**
     * Makes a project's triggers those of a release; belongs into the transaction of its activation. One that was there
     * stays paused, and keeps its times while its definition is the same. Throws FlowMasonError `ALREADY_EXISTS` for a
     * webhook path that is taken.
     */
    async replace(environment: string, project: string, list: readonly NewTrigger[]): Promise<void> {
      await handle.atomically(async ({ db }) => {
        const mine = and(eq(table.environment, environment), eq(table.project, project));
        const before = new Map(
          (await db.delete(table).where(mine).returning()).map((row) => [keyOf(row.pipeline, row.id), row]),
        );
        const rows = list.map((trigger) => {
          const { pipeline, id, type, definition } = trigger;
          const old = before.get(keyOf(pipeline, id));
          const isSame = old !== undefined && JSON.stringify(old.definition) === JSON.stringify(definition);
          return {
            environment,
            project,
            pipeline,
            id,
            type,
            definition,
            path: trigger.path ?? null,
            paused: old?.paused ?? false,
            next_at: isSame ? old.next_at : (trigger.next_at ?? null),
            last_at: old?.last_at ?? null,
          };
        });
        for (const part of chunks(rows)) await db.insert(table).values(part);
      });
    },

    /** Those of all projects, or of one. */
    async list(environment: string, project?: string): Promise<StoredTrigger[]> {
      const { pipeline, id } = table;
      const mine = project === undefined ? undefined : eq(table.project, project);
      return db
        .select()
        .from(table)
        .where(and(eq(table.environment, environment), mine))
        .orderBy(table.project, pipeline, id);
    },

    /** The webhook at a path below `/hooks/`. */
    async atPath(environment: string, path: string): Promise<StoredTrigger | undefined> {
      const [row] = await db
        .select()
        .from(table)
        .where(and(eq(table.environment, environment), eq(table.path, path)));
      return row;
    },

    /** Schedules whose time has come, the longest overdue first. */
    async due(now: number, limit: number): Promise<StoredTrigger[]> {
      return db
        .select()
        .from(table)
        .where(and(lte(table.next_at, now), eq(table.paused, false)))
        .orderBy(asc(table.next_at))
        .limit(limit);
    },

    /** Notes that a trigger fired at its time; false when somebody else has done so, and then it must not fire. */
    async fire(name: TriggerName, due_at: number | null, next_at: number | null): Promise<boolean> {
      const still = due_at === null ? isNull(table.next_at) : eq(table.next_at, due_at);
      const done = await db
        .update(table)
        .set({ next_at, last_at: handle.now() })
        .where(and(at(name), still, eq(table.paused, false)))
        .returning({ id: table.id });
      return done.length > 0;
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

function keyOf(pipeline: string, id: string): string {
  return JSON.stringify([pipeline, id]);
}
