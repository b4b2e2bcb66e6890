import * as v from 'valibot';
import type { BackfillEntry, BackfillView } from '../../../core/api/trigger.ts';
import { fail } from '../../../core/errors.ts';
import type { NewRun } from '../../../store/runs.ts';
import type { StoredTrigger } from '../../../store/triggers.ts';
import { createAndEnqueue, enqueueDue } from '../../runs/enqueue.ts';
import { whole } from '../../schema/query.ts';
import { TIME } from '../../schema/time.ts';
import { TRIGGER } from '../../schema/trigger.ts';
import { acceptFiring, firingError } from '../../triggers/accept-firing.ts';
import { scheduleIn } from '../../triggers/read.ts';
import { requireTrigger, triggerName } from '../../triggers/require-trigger.ts';
import { scheduleKey } from '../../triggers/schedule-firing.ts';
import { type Call, change } from '../../verb.ts';

const MOST = 1_000;
const USUAL = 100;
/** What a date can be, epoch milliseconds. */
const LAST = 8.64e15;

type Planned = BackfillEntry & { readonly run: NewRun | undefined };

interface Prepared {
  readonly trigger: StoredTrigger;
  readonly times: readonly Planned[];
}

/** Starts runs for past times of a schedule, each once: times that a run was started for before are left out. */
export const backfillTrigger = change({
  summary: 'Start the runs of a schedule for past times',
  scope: 'runs:write',
  status: 202,
  errors: ['NOT_FOUND', 'TRIGGER_AMBIGUOUS', 'USAGE'],
  input: v.strictObject({
    id: TRIGGER,
    from: TIME,
    /** Included. */
    to: TIME,
    dry_run: v.optional(v.boolean(), false),
    /** More times than that are refused. */
    most: v.optional(whole(1, MOST), USUAL),
  }),
  example: { id: 'report:nightly', from: 1_796_083_200_000, to: 1_796_688_000_000, dry_run: true },
  repeatable: ({ dry_run }) => dry_run,
  async prepare(call, { id, from, to, dry_run, most }): Promise<Prepared> {
    const { control } = call;
    const trigger = await requireTrigger(control.store, control, id);
    const times = await timesOf(call, trigger, { from, to, most });
    const planned: Planned[] = [];
    for (const time of times) planned.push(await plan(call, trigger, time, dry_run));
    return { trigger, times: planned };
  },
  async apply({ tx, control }, { dry_run }, { trigger, times }): Promise<BackfillView> {
    const done: BackfillEntry[] = [];
    for (const { run, ...entry } of times) done.push(dry_run || !run ? entry : await start(entry, run));
    return { trigger: triggerName(trigger), times: done };

    async function start(entry: BackfillEntry, run: NewRun): Promise<BackfillEntry> {
      const key = scheduleKey(entry.scheduled_at, control.clock.now());
      const before = await tx.firings.take(trigger, [key], run.id);
      if (before !== undefined) return { ...entry, state: 'there', run_id: before };
      await createAndEnqueue(control, tx, run);
      return { ...entry, state: 'started', run_id: run.id };
    }
  },
  audit: ({ from, to, dry_run }, { trigger, times }) =>
    dry_run
      ? null
      : {
          action: 'triggers.backfill',
          target: trigger,
          details: { from, to, runs: times.filter(({ state }) => state === 'started').length },
        },
  async after({ control }, _, { times }) {
    for (const { state, run_id } of times) if (state === 'started' && run_id) await enqueueDue(control, run_id);
  },
});

async function timesOf(
  { control }: Call,
  { type, definition, pipeline, id }: StoredTrigger,
  { from, to, most }: { readonly from: number; readonly to: number; readonly most: number },
): Promise<number[]> {
  if (type !== 'schedule') {
    fail('USAGE', `${triggerName({ pipeline, id })} is a webhook, and only schedules have past times`, {
      hint: `fm triggers fire ${triggerName({ pipeline, id })}`,
    });
  }
  if (from > to) {
    fail('REQUEST_INVALID', `from: Expected a time before ${timeText(to)}, found ${timeText(from)}`, {
      hint: `fm triggers backfill ${triggerName({ pipeline, id })} --from ${timeText(to)} --to ${timeText(from)}`,
    });
  }
  const now = await control.store.health.time();
  const { cron, timezone } = scheduleIn(definition);
  const { scheduleOf } = await import('../../../core/schedule/schedule.ts');
  const times = scheduleOf(cron, timezone).first(from, Math.min(to, now), most + 1);
  if (times.length > most) {
    fail('USAGE', `There are more than ${most} times of ${triggerName({ pipeline, id })} between the two`, {
      hint: `Choose a shorter time, or allow more (${MOST} at most): --max ${Math.min(MOST, 10 * most)}`,
      details: { most },
    });
  }
  return times;
}

/** As far as a date goes. */
function timeText(at: number): string {
  return new Date(Math.min(at, LAST)).toISOString();
}

async function plan({ control, caller }: Call, trigger: StoredTrigger, at: number, isDry: boolean): Promise<Planned> {
  const before = await control.store.firings.find(trigger, scheduleKey(at, 0).key);
  const entry = { scheduled_at: at, run_id: null, error: null, run: undefined };
  if (before !== undefined) return { ...entry, state: 'there', run_id: before };
  try {
    const root = { scheduled_at: new Date(at).toISOString() };
    const run = await acceptFiring(control, trigger, root, { actor: caller.actor });
    return { ...entry, state: 'planned', run: isDry ? undefined : run };
  } catch (error) {
    return { ...entry, state: 'failed', error: firingError(error) };
  }
}
