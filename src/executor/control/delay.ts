import { parseDuration } from '../../core/duration.ts';
import { StageError } from '../../core/run.ts';
import { announce } from '../announce.ts';
import { CANCELLED, type Outcome } from '../outcome.ts';
import { wait } from '../wait.ts';
import { begin } from './begin.ts';
import type { Control } from './control.ts';

/** Waits until a point in time that is recorded when it starts; parks when the host cannot wait that long. */
export const delay: Control = async ({ config, stageRun, cancel }): Promise<Outcome> => {
  const { run, path } = stageRun;
  const { until } = begin(stageRun, () => ({ until: target(config, stageRun.startedAt) }));
  const left = until - run.now();
  if (left > (run.options.parkAfter ?? Number.POSITIVE_INFINITY)) return { kind: 'parked', waits: [{ path, until }] };
  if (left > 0) {
    announce(stageRun, 'waiting', { waiting: { until } });
    if (!(await wait(stageRun, left, cancel))) return CANCELLED;
  }
  return { kind: 'succeeded', output: null };
};

function target(config: { [key: string]: unknown }, now: number): number {
  if (config.at !== undefined) {
    const at = typeof config.at === 'string' ? Date.parse(config.at) : Number.NaN;
    if (Number.isNaN(at)) {
      throw new StageError(
        'VALIDATION',
        'invalid_config',
        `config.at is not a timestamp: ${JSON.stringify(config.at)}`,
        {
          hint: 'write RFC 3339, such as 2026-01-31T09:00:00Z',
        },
      );
    }
    return at;
  }
  const ms = parseDuration(config.duration);
  if (ms === undefined) {
    throw new StageError(
      'VALIDATION',
      'invalid_config',
      `config.duration is not a duration: ${JSON.stringify(config.duration)}`,
      {
        hint: 'write seconds as a number, or one number and one unit: 250ms, 1.5s, 5m, 2h, 7d',
      },
    );
  }
  return now + ms;
}
