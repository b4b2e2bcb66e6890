import * as Args from '@oclif/core/args';
import { getSetting } from '../../actions/config.ts';
import { CliCommand } from '../../command.ts';

export default class ConfigGet extends CliCommand {
  static override summary = 'Print the value of a setting that is in force.';
  static override description = 'A secret is printed shortened; fm config explain tells where it comes from.';
  static override examples = ['fm config get runs.keep', 'fm config get production.url'];
  static override exits = [3, 4];
  static override args = { key: Args.string({ description: 'the setting', required: true }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(ConfigGet);
    const setting = getSetting(process.cwd(), args.key);
    this.show({ json: setting, text: setting.value });
  }
}
