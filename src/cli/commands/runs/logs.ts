import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import type { LogEntry } from '../../../core/run.ts';
import { isDeployed } from '../../actions/deployed/flags.ts';
import { recordedLogs } from '../../actions/follow.ts';
import { CliCommand } from '../../command.ts';
import { logLine } from '../../print/runs.ts';
import { TARGET_FLAGS } from '../../target.ts';
import { out } from '../../terminal.ts';

const LEVELS = ['debug', 'info', 'warn', 'error'];

export default class RunsLogs extends CliCommand {
  static override summary = 'Print what the stages of a run have logged.';
  static override examples = ['fm runs logs last', 'fm runs logs last --level warn', 'fm runs logs last --follow'];
  static override exits = [4, 5, 6, 7];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last', required: true }) };
  static override flags = {
    ...TARGET_FLAGS,
    level: Flags.string({ description: 'The least level to print.', options: LEVELS, default: 'debug' }),
    follow: Flags.boolean({ char: 'f', description: 'Go on until the run ends.', exclusive: ['json'] }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsLogs);
    const least = LEVELS.indexOf(flags.level);
    const logs: LogEntry[] = [];
    const take = (entry: LogEntry): void => {
      if (LEVELS.indexOf(entry.level) < least) return;
      if (flags.json) logs.push(entry);
      else out(logLine(entry));
    };
    const run_id = isDeployed(flags)
      ? await (await import('../../actions/deployed/follow.ts')).logsThere(flags, args.run, flags.follow, take)
      : await recordedLogs(args.run, flags.follow, take);
    const entries = logs.map((entry) => ({ ...entry, at: new Date(entry.at).toISOString() }));
    if (flags.json) this.show({ json: { run_id, logs: entries }, text: '' });
  }
}
