import * as Flags from '@oclif/core/flags';
import { deleteExpired } from '../../actions/org/delete.ts';
import { listOrgs } from '../../actions/org/list.ts';
import { CliCommand } from '../../command.ts';
import { deletedOrgsText, orgsText } from '../../print/orgs.ts';
import { openWorkspace } from '../../project/workspace.ts';

export default class OrgList extends CliCommand {
  static override summary = 'List the orgs of this project with what is active in each.';
  static override examples = ['fm org list', 'fm org list --json', 'fm org list --prune'];
  static override exits = [3, 4, 5, 9];
  static override flags = {
    prune: Flags.boolean({ description: 'Delete those whose time is over, once you agree.' }),
    yes: Flags.boolean({ char: 'y', description: 'Agree to that.', dependsOn: ['prune'] }),
    'dry-run': Flags.boolean({ description: 'Show what --prune would delete.', dependsOn: ['prune'] }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(OrgList);
    if (flags.prune) {
      const options = { yes: flags.yes, dryRun: flags['dry-run'], asks: !flags.json };
      const deleted = await deleteExpired(process.cwd(), options);
      return this.show({ json: deleted, text: deletedOrgsText(deleted) });
    }
    const orgs = await listOrgs(openWorkspace({ cwd: process.cwd(), variables: process.env }));
    this.show({ json: { orgs }, text: orgsText(orgs) });
  }
}
