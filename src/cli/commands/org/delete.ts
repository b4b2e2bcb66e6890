import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { deleteOrg } from '../../actions/org/delete.ts';
import { CliCommand } from '../../command.ts';
import { deletedOrgsText } from '../../print/orgs.ts';

export default class OrgDelete extends CliCommand {
  static override summary = 'Delete an org with its releases, history and runs.';
  static override description =
    'Files are not touched. It asks first; without a terminal it needs --yes. One that a process is using is not deleted.';
  static override examples = ['fm org delete demo', 'fm org delete demo --yes', 'fm org delete local --dry-run'];
  static override exits = [4, 5, 9, 130];
  static override args = { name: Args.string({ description: 'the org', required: true }) };
  static override flags = {
    yes: Flags.boolean({ char: 'y', description: 'Delete it without asking.' }),
    'dry-run': Flags.boolean({ description: 'Show what would be deleted, and delete nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgDelete);
    const options = { yes: flags.yes, dryRun: flags['dry-run'], asks: !flags.json };
    const deleted = await deleteOrg(process.cwd(), args.name, options);
    this.show({ json: deleted, text: deletedOrgsText(deleted) });
  }
}
