import * as Args from '@oclif/core/args';
import { explainSetting } from '../../actions/config.ts';
import { CliCommand } from '../../command.ts';
import { settingDocument, settingText } from '../../print/config.ts';

export default class ConfigExplain extends CliCommand {
  static override summary = 'Show the value of a setting, where it comes from and what it hides.';
  static override examples = ['fm config explain ai.model', 'fm config explain staging.api_key'];
  static override exits = [3];
  static override args = { key: Args.string({ description: 'the setting', required: true }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(ConfigExplain);
    const setting = explainSetting(process.cwd(), args.key);
    this.show({ json: settingDocument(setting), text: settingText(setting) });
  }
}
