import * as Flags from '@oclif/core/flags';
import { showHistory } from '../actions/release/history.ts';
import { CliCommand } from '../command.ts';
import { TARGET_FLAGS } from '../target.ts';

export default class History extends CliCommand {
  static override summary = 'List what was deployed to an org or environment, newest first.';
  static override description =
    'Every push, deployment, promotion and rollback: number, version, digest, who, when, from which commit, and what changed.';
  static override examples = ['fm history', 'fm history --env production --limit 5', 'fm history --json'];
  static override exits = [4, 5, 6, 7];
  static override flags = {
    ...TARGET_FLAGS,
    limit: Flags.integer({ description: 'How many at most.', default: 20, min: 1, max: 500, helpValue: 'N' }),
    before: Flags.integer({ description: 'Only those before this number.', min: 1, helpValue: 'NUMBER' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(History);
    this.show(await showHistory(process.cwd(), flags));
  }
}
