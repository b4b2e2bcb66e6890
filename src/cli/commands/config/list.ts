import { listSettings } from '../../actions/config.ts';
import { CliCommand } from '../../command.ts';
import { settingDocument, settingsText } from '../../print/config.ts';

export default class ConfigList extends CliCommand {
  static override summary = 'List the settings in force and where each comes from.';
  static override description = 'Flag > FM_* variable > your setting > flowmason.json > default.';
  static override examples = ['fm config list', 'fm config list --json'];
  static override exits = [3];

  override async run(): Promise<void> {
    await this.parse(ConfigList);
    const settings = listSettings(process.cwd());
    this.show({ json: { settings: settings.map(settingDocument) }, text: settingsText(settings) });
  }
}
