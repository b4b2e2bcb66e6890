import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { setPaused } from '../../actions/triggers/triggers.ts';
import { CliCommand } from '../../command.ts';

export default class TriggersPause extends CliCommand {
  static override summary = 'Let a trigger start nothing in an environment, until it is resumed.';
  static override description =
    'Releases that come later do not change that. What a schedule would have fired meanwhile is not made up for; calls of a webhook are refused with 503.';
  static override examples = [
    'fm triggers pause nightly --env production',
    'fm triggers pause report:nightly --env production',
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
    const { args, flags } = await this.parse(TriggersPause);
    this.show(await setPaused(process.cwd(), args.trigger, true, flags));
  }
}
