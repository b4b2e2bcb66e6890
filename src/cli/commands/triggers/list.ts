import * as Flags from '@oclif/core/flags';
import { showTriggers } from '../../actions/triggers/triggers.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class TriggersList extends CliCommand {
  static override summary = 'List schedules and webhooks: when each fires next, and what came of the last time.';
  static override description =
    'The addresses of webhooks are shown to keys that may deploy. In an org nothing starts by itself.';
  static override examples = [
    'fm triggers list --env production',
    'fm triggers list --env production --pipeline report',
  ];
  static override exits = [4, 5, 6, 7, 8];
  static override flags = {
    ...TARGET_FLAGS,
    pipeline: Flags.string({ description: 'Those of this pipeline alone.', helpValue: 'NAME' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(TriggersList);
    this.show(await showTriggers(process.cwd(), flags));
  }
}
