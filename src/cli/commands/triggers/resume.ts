import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { setPaused } from '../../actions/triggers/triggers.ts';
import { CliCommand } from '../../command.ts';

export default class TriggersResume extends CliCommand {
  static override summary = 'Let a paused trigger start runs again.';
  static override description =
    'A schedule goes on from now. For the times that it was paused there is fm triggers backfill.';
  static override examples = [
    'fm triggers resume nightly --env production',
    'fm triggers resume report:nightly --env production',
  ];
  static override exits = [2, 4, 5, 6, 7, 8];
  static override args = {
    trigger: Args.string({ description: 'its id, or PIPELINE:ID', required: true }),
  };
  static override flags = {
    env: Flags.string({ description: 'The environment: the server of that name.', required: true, helpValue: 'NAME' }),
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TriggersResume);
    this.show(await setPaused(process.cwd(), args.trigger, false, flags));
  }
}
