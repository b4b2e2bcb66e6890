import * as Flags from '@oclif/core/flags';
import { listAudit } from '../actions/administration/audit.ts';
import { CliCommand } from '../command.ts';
import { TARGET_FLAGS } from '../target.ts';

export default class Audit extends CliCommand {
  static override summary = 'List administrative changes, newest first: who did what to what.';
  static override examples = ['fm audit', 'fm audit --env production --limit 10'];
  static override exits = [4, 5, 6, 7, 8];
  static override flags = {
    ...TARGET_FLAGS,
    limit: Flags.integer({ description: 'How many at most.', default: 20, min: 1, max: 500, helpValue: 'N' }),
    before: Flags.integer({ description: 'Only those before this number.', min: 1, helpValue: 'NUMBER' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Audit);
    this.show(await listAudit(process.cwd(), flags));
  }
}
