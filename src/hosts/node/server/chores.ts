import type { ControlPlane } from '../../../control/control.ts';
import type { AcceptingPlane } from '../../../control/runs/accept.ts';
import { enqueueDue, enqueueWith } from '../../../control/runs/enqueue.ts';
import { acceptFiring, firingError } from '../../../control/triggers/accept-firing.ts';
import { scheduleKey } from '../../../control/triggers/schedule-firing.ts';
import { deliverFailures, type FailureHost } from '../../../worker/failure-webhook.ts';
import { keepDoing } from '../../../worker/keep-doing.ts';
import { fireDue, type ScheduleHost } from '../../../worker/schedule.ts';
import type { Log } from './log.ts';
import type { ServerRuntime } from './runtime.ts';

export interface ChoreOptions {
  readonly control: AcceptingPlane & Pick<ControlPlane, 'dispatcher' | 'tenant'>;
  readonly runtime: ServerRuntime;
  readonly log: Pick<Log, 'warn'>;
  readonly onError: (error: unknown) => void;
}

/** What servers and workers do beside the runs: fire schedules, and tell of failures. */
export interface Chores {
  /** Does what is due now. */
  once(): Promise<void>;
  /** Does it again and again; the answer ends that. */
  keep(): () => Promise<void>;
}

export function choresOf({ control, runtime, log, onError }: ChoreOptions): Chores {
  const schedule = scheduleHost(control);
  const failure = failureHost(control, runtime, log);
  const { store, environment, clock } = control;
  return {
    async once() {
      await fireDue(schedule);
      await deliverFailures(failure);
    },
    keep() {
      const firing = keepDoing(
        {
          nextDue: () => store.triggers.nextDue(environment),
          now: schedule.now,
          work: () => fireDue(schedule),
          onError,
        },
        clock,
        runtime.random,
      );
      const telling = keepDoing(
        {
          nextDue: () => store.failureCalls.nextDue(environment),
          now: async () => clock.now(),
          work: () => deliverFailures(failure),
          onError,
        },
        clock,
        runtime.random,
      );
      return async () => {
        await Promise.all([firing(), telling()]);
      };
    },
  };
}

/** What fires schedules of an environment; `now` by the database's clock. */
export function scheduleHost(control: ChoreOptions['control']): ScheduleHost {
  const { store, environment, clock } = control;
  return {
    store,
    environment,
    now: () => store.health.time(),
    accept(trigger, scheduled_at) {
      const root = { scheduled_at: new Date(scheduled_at).toISOString() };
      return acceptFiring(control, trigger, root, { actor: 'schedule' });
    },
    problemOf: firingError,
    keyOf: (scheduled_at) => scheduleKey(scheduled_at, clock.now()),
    enqueueIn: (tx, run) => enqueueWith(control, tx, run),
    enqueue: (run) => enqueueDue(control, run),
  };
}

function failureHost(
  { store, environment, tenant, clock }: ChoreOptions['control'],
  { guardedFetch, secrets }: ServerRuntime,
  log: ChoreOptions['log'],
): FailureHost {
  const onUntold: FailureHost['onUntold'] = (untold) => log.warn(untold, 'could not tell the failure webhook of a run');
  return { store, environment, tenant, clock, fetch: guardedFetch, secrets, onUntold };
}
