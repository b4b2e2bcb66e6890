import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { LogEntry } from '../../../core/run.ts';
import { findRunId } from '../../../hosts/node/runs/id.ts';
import { runLogs } from '../../actions/follow.ts';
import { openHome } from '../../actions/run/home.ts';
import { CliCommand } from '../../command.ts';
import { logLine } from '../../print/runs.ts';
import { out } from '../../terminal.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'];

export default class RunsLogs extends CliCommand {
  static override summary = 'Print what the stages of a run have logged.';
  static override examples = ['fm runs logs last', 'fm runs logs last --level warn', 'fm runs logs last --follow'];
  static override exits = [4];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last', required: true }) };
  static override flags = {
    level: Flags.string({ description: 'The least level to print.', options: LEVELS, default: 'debug' }),
    follow: Flags.boolean({ char: 'f', description: 'Go on until the run ends.', exclusive: ['json'] }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsLogs);
    const { home } = openHome();
    const run_id = findRunId(home, args.run);
    const least = LEVELS.indexOf(flags.level);
    const logs: LogEntry[] = [];
    for await (const entry of runLogs(home, run_id, flags.follow)) {
      if (LEVELS.indexOf(entry.level) < least) continue;
      if (flags.json) logs.push(entry);
      else out(logLine(entry));
    }
    const entries = logs.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }));
    if (flags.json) this.show({ json: { run_id, logs: entries }, text: '' });
  }
}
