import { resolve } from 'node:path';
import { parseDuration } from '../../../core/duration.ts';
import { fail } from '../../../core/errors.ts';
import { systemClock } from '../../../hosts/node/clock.ts';
import { createLog } from '../../../hosts/node/server/log.ts';
import { readServerSettings, settingWarnings } from '../../../hosts/node/server/settings.ts';
import { memoryLimit, watchMemory } from '../../../hosts/node/work/memory.ts';
import { work } from '../../../hosts/node/work/work.ts';
import { VERSION } from '../../package.ts';
import { takeSignals } from '../run/interrupt.ts';

export interface WorkerFlags {
  readonly concurrency: number;
  readonly tags?: readonly string[] | undefined;
  readonly once: boolean;
  readonly project: string;
  readonly drain: string;
  readonly memory?: number | undefined;
  /** Log lines are JSON, also on a terminal. */
  readonly json: boolean;
}

const MB = 1_048_576;

/** Executes runs until a signal comes, memory runs short, or with `once` nothing is due. */
export async function workUntilSignal(cwd: string, flags: WorkerFlags): Promise<void> {
  const variables = process.env;
  const drain = parseDuration(flags.drain);
  if (drain === undefined) fail('USAGE', `--drain: expected a duration such as 25s, found ${flags.drain}`);
  const settings = readServerSettings(variables);
  const { environment, logLevel: level } = settings;
  const log = await createLog({ level, pretty: !flags.json && process.stdout.isTTY === true, variables });
  for (const warning of settingWarnings(variables)) log.warn({}, warning);
  const interrupt = takeSignals((signal) =>
    log.info({ signal, drain: flags.drain }, 'ending; a second signal ends at once'),
  );
  try {
    const { concurrency, tags = [], once } = flags;
    const working = await work({
      settings,
      variables,
      version: VERSION,
      folder: resolve(cwd, flags.project),
      concurrency,
      pools: tags,
      once,
      onExecuted: (run, { kind, ...rest }) => {
        const status = 'outcome' in rest ? rest.outcome.status : undefined;
        log.info({ run, kind, status }, 'executed');
      },
      onError: (error) => log.error({ err: error }, 'something went wrong beside the runs'),
    });
    log.info({ worker: working.id, environment, concurrency, version: VERSION }, 'working');
    const full = Promise.withResolvers<void>();
    const limit = flags.memory === undefined ? memoryLimit() : flags.memory * MB;
    const stopWatching = watchMemory(systemClock, limit ?? Number.POSITIVE_INFINITY, (bytes) => {
      log.warn({ megabytes: Math.round(bytes / MB) }, 'ending to be started again: it has more memory than it should');
      full.resolve();
    });
    await Promise.race([working.done, full.promise, interrupt.came]);
    stopWatching();
    await working.stop(drain);
    log.info({}, 'ended');
  } finally {
    interrupt.release();
  }
}
