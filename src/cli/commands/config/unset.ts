import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { unsetSetting } from '../../actions/config.ts';
import { CliCommand } from '../../command.ts';
import { changedText } from '../../print/config.ts';

export default class ConfigUnset extends CliCommand {
  static override summary = 'Remove one of your settings for this project.';
  static override examples = ['fm config unset ai.model'];
  static override exits = [1, 4, 5];
  static override args = { key: Args.string({ description: 'the setting', required: true }) };

  static override flags = {
    'dry-run': Flags.boolean({ description: 'Show it, and write nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigUnset);
    const changed = await unsetSetting(process.cwd(), args.key, flags['dry-run']);
    this.show({ json: changed, text: changedText(changed) });
  }
}
