import { parseTypedDuration } from '../../../core/duration.ts';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import { systemClock } from '../../../hosts/node/clock.ts';
import type { Listening } from '../../../hosts/node/server/listen.ts';
import { createLog } from '../../../hosts/node/server/log.ts';
import { readServerSettings, settingWarnings } from '../../../hosts/node/server/settings.ts';
import { openTraces } from '../../../hosts/node/telemetry/traces.ts';
import type { Working } from '../../../hosts/node/work/join-workers.ts';
import { memoryLimit, watchMemory } from '../../../hosts/node/work/memory.ts';
import { serveMetrics } from '../../../hosts/node/work/serve-metrics.ts';
import { work } from '../../../hosts/node/work/work.ts';
import { VERSION } from '../../package.ts';
import { takeSignals } from '../run/interrupt.ts';
import { componentFolder } from '../server/component-folder.ts';
import { poolsOf } from './pools.ts';

export interface WorkerFlags {
  readonly concurrency: number;
  readonly tags?: readonly string[] | undefined;
  readonly once: boolean;
  readonly project: string;
  readonly drain: string;
  readonly memory?: number | undefined;
  readonly 'metrics-port'?: number | undefined;
  /** Log lines are JSON, also on a terminal. */
  readonly json: boolean;
}

const MB = 1_048_576;

/** Executes runs until a signal comes, memory runs short, or with `once` nothing is due. */
export async function workUntilSignal(cwd: string, flags: WorkerFlags): Promise<void> {
  const variables = process.env;
  const drain = parseTypedDuration(flags.drain);
  if (drain === undefined) {
    fail('USAGE', `--drain: expected a duration such as 25s, found ${quote(flags.drain)}`, {
      hint: 'fm worker --drain 25s',
    });
  }
  const folder = componentFolder(cwd, flags.project, 'worker');
  const pools = poolsOf(flags.tags);
  const settings = readServerSettings(variables);
  const { environment, logLevel: level } = settings;
  const log = await createLog({ level, pretty: !flags.json && process.stdout.isTTY === true, variables });
  for (const warning of settingWarnings(variables)) log.warn({}, warning);
  const traces = await openTraces(variables, {
    version: VERSION,
    environment,
    onProblem: (message) => log.warn({}, message),
  });
  const interrupt = takeSignals((signal) =>
    log.info({ signal, drain: flags.drain }, 'ending; a second signal ends at once'),
  );
  try {
    const { concurrency, once } = flags;
    const working = await work({
      settings,
      variables,
      version: VERSION,
      folder,
      concurrency,
      pools,
      once,
      log,
      tracer: traces?.tracer,
      onError: (error) => log.error({ err: error }, 'something went wrong beside the runs'),
    });
    const port = flags['metrics-port'] ?? settings.metricsPort;
    const metrics = port === undefined ? undefined : await metricsOf(working, settings.host, port);
    log.info(
      { worker: working.id, environment, concurrency, version: VERSION, metrics_port: metrics?.port },
      'working',
    );
    const full = Promise.withResolvers<void>();
    const limit = flags.memory === undefined ? memoryLimit() : flags.memory * MB;
    const stopWatching = watchMemory(systemClock, limit ?? Number.POSITIVE_INFINITY, (bytes) => {
      log.warn({ megabytes: Math.round(bytes / MB) }, 'ending to be started again: it has more memory than it should');
      full.resolve();
    });
    await Promise.race([working.done, full.promise, interrupt.came]);
    stopWatching();
    await working.stop(drain);
    await metrics?.close(0);
    log.info({}, 'ended');
  } finally {
    await traces?.close();
    interrupt.release();
  }
}

/** A worker that cannot be looked at gives back what it has taken, and says why. */
async function metricsOf(working: Working, host: string, port: number): Promise<Listening> {
  const { id: worker, metricLines } = working;
  try {
    return await serveMetrics({ host, port, version: VERSION, worker, metricLines });
  } catch (error) {
    await working.stop(0);
    throw error;
  }
}
