import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { backfill } from '../../actions/triggers/triggers.ts';
import { CliCommand } from '../../command.ts';

export default class TriggersBackfill extends CliCommand {
  static override summary = 'Start the runs of a schedule for past times.';
  static override description =
    'Each time gets one run: those that had theirs within the last 35 days are left out, so that it may be repeated. The runs are of the release that is active now, and see the time that they are for.';
  static override examples = [
    'fm triggers backfill nightly --from 2026-05-01 --to 2026-05-08 --env production --dry-run',
    'fm triggers backfill report:nightly --from 2026-05-01T06:00Z --env production',
  ];
  static override exits = [1, 2, 4, 5, 6, 7, 8];
  static override args = {
    trigger: Args.string({ description: 'its id, or PIPELINE:ID', required: true }),
  };
  static override flags = {
    env: Flags.string({ description: 'The environment: the server of that name.', required: true, helpValue: 'NAME' }),
    from: Flags.string({ description: 'The first time, or a day (UTC).', required: true, helpValue: 'TIME' }),
    to: Flags.string({ description: 'The last time, included (default: now).', helpValue: 'TIME' }),
    max: Flags.integer({
      description: 'More times than that are refused.',
      default: 100,
      min: 1,
      max: 1_000,
      helpValue: 'N',
    }),
    'dry-run': Flags.boolean({ description: 'Show the times, and start nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TriggersBackfill);
    this.show(await backfill(process.cwd(), args.trigger, flags));
  }
}
