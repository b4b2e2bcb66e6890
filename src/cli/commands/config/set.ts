import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { setSetting } from '../../actions/config.ts';
import { readValue } from '../../actions/read-value.ts';
import { CliCommand } from '../../command.ts';
import { changedText } from '../../print/config.ts';

export default class ConfigSet extends CliCommand {
  static override summary = 'Set one of your settings for this project.';
  static override description =
    'It is kept outside of the repository, for you alone. With - as VALUE it is asked for, or read from stdin, so that a key does not stand in the history of the shell.';
  static override examples = ['fm config set ai.model mock/echo', 'fm config set staging.api_key -'];
  static override exits = [1, 4, 5];
  static override args = {
    key: Args.string({ description: 'the setting; fm config list shows them', required: true }),
    value: Args.string({ description: 'its value, or - to be asked', required: true }),
  };

  static override flags = {
    'dry-run': Flags.boolean({ description: 'Check and show it, and write nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(ConfigSet);
    const options = { read: readValue, dryRun: flags['dry-run'] };
    const changed = await setSetting(process.cwd(), args.key, args.value, options);
    this.show({ json: changed, text: changedText(changed) });
  }
}
