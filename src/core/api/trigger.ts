/** What crosses the wire about triggers (DEPLOYMENT.md 5). Times in epoch milliseconds. */

/** What starts runs of a pipeline by itself. */
export interface TriggerView {
  readonly project: string;
  readonly pipeline: string;
  /** Unique in its pipeline: `PIPELINE:ID` names it. */
  readonly id: string;
  readonly type: 'schedule' | 'webhook';
  /** `inactive`: nothing starts by itself in a local org. */
  readonly state: 'active' | 'paused' | 'inactive';
  /** Of a schedule. */
  readonly cron: string | null;
  readonly timezone: string | null;
  readonly missed: 'skip' | 'once' | 'all' | null;
  /** The next times of a schedule that is active. */
  readonly next: readonly number[];
  /** Of a webhook; `path` begins with `/hooks/` and is null for who may not deploy. */
  readonly method: string | null;
  readonly path: string | null;
  /** The scheme of its signature. */
  readonly signature: string | null;
  /** The last time that it fired; a webhook's is as exact as a second. */
  readonly last: LastFiringView | null;
}

export interface LastFiringView {
  readonly at: number;
  /** The time of the schedule that it fired for. */
  readonly scheduled_at: number | null;
  readonly run_id: string | null;
  /** Why no run was started. */
  readonly error: { readonly code: string; readonly message: string } | null;
}

/** One time of a schedule that a backfill makes up for. */
export interface BackfillEntry {
  readonly scheduled_at: number;
  /** `planned` is what a dry run would start; `there`: a run for this time was started before. */
  readonly state: 'planned' | 'started' | 'there' | 'failed';
  readonly run_id: string | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}
