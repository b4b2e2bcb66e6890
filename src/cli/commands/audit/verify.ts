import { verifyAudit } from '../../actions/administration/audit.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class AuditVerify extends CliCommand {
  static override summary = 'Tell whether the audit is whole and unchanged.';
  static override description =
    'Each entry has a hash over itself and the hash before it; all of them are computed again.';
  static override examples = ['fm audit verify', 'fm audit verify --env production'];
  static override exits = [1, 4, 5, 6, 7, 8];
  static override flags = {
    ...TARGET_FLAGS,
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(AuditVerify);
    this.show(await verifyAudit(process.cwd(), flags));
  }
}
