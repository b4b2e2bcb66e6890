import { createLog } from '../../../hosts/node/server/log.ts';
import { serve } from '../../../hosts/node/server/serve.ts';
import { readServerSettings, settingWarnings } from '../../../hosts/node/server/settings.ts';
import { openTraces } from '../../../hosts/node/telemetry/traces.ts';
import { VERSION } from '../../package.ts';
import { ask } from '../../prompt.ts';
import { canAsk, say } from '../../terminal.ts';
import { takeSignals } from '../run/interrupt.ts';
import { componentFolder } from './component-folder.ts';

export interface ServeFlags {
  readonly port?: number | undefined;
  readonly host?: string | undefined;
  readonly worker: boolean;
  readonly project: string;
  /** Log lines are JSON, also on a terminal. */
  readonly json: boolean;
}

/** Serves until a signal comes, then finishes what was begun. */
export async function serveUntilSignal(folder: string, flags: ServeFlags): Promise<void> {
  const { port, host, worker, json } = flags;
  const variables = process.env;
  const project = componentFolder(folder, flags.project, 'serve');
  const settings = readServerSettings({
    ...variables,
    ...(port === undefined ? undefined : { FM_PORT: String(port) }),
    ...(host === undefined ? undefined : { FM_HOST: host }),
  });
  const { environment, logLevel: level } = settings;
  const log = await createLog({ level, pretty: !json && process.stdout.isTTY === true, variables });
  for (const warning of settingWarnings(variables)) log.warn({}, warning);
  const traces = await openTraces(variables, {
    version: VERSION,
    environment,
    onProblem: (message) => log.warn({}, message),
  });
  const interrupt = takeSignals((name) => log.info({ signal: name }, 'ending; a second signal ends at once'));
  try {
    const serving = await serve({
      settings,
      variables,
      version: VERSION,
      folder,
      project,
      log,
      worker,
      tracer: traces?.tracer,
      confirmFirstKey: canAsk()
        ? () => ask.confirm({ message: `Nobody has a key for ${environment} yet. Make an admin key and show it once?` })
        : undefined,
      onFirstKey: (key) => say(`The admin key of ${environment}, which is shown this once:\n\n${key}\n`),
    });
    await interrupt.came;
    await serving.stop();
    log.info({}, 'ended');
  } finally {
    await traces?.close();
    interrupt.release();
  }
}
