import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { openOrgByDefault } from '../../actions/org/open.ts';
import { CliCommand } from '../../command.ts';
import { openedOrgText } from '../../print/orgs.ts';

export default class OrgOpen extends CliCommand {
  static override summary = 'Show an org, and make it the one that commands work on which name none.';
  static override description =
    'It sets your setting `org` for this project; fm org open local goes back. --org NAME of a command goes before it.';
  static override examples = ['fm org open local', 'fm org open demo --expires 7d'];
  static override exits = [4, 5];
  static override args = { name: Args.string({ description: 'the org', required: true }) };
  static override flags = {
    expires: Flags.string({ description: 'When it expires from now on, e.g. 7d, or never.', helpValue: 'TIME' }),
    'dry-run': Flags.boolean({ description: 'Show it, and change nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgOpen);
    const options = { expires: flags.expires, dryRun: flags['dry-run'] };
    const opened = await openOrgByDefault(process.cwd(), args.name, options);
    this.show({ json: opened, text: openedOrgText(opened) });
  }
}
