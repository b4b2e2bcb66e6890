import * as Args from '@oclif/core/args';
import { drift } from '../actions/release/drift.ts';
import { CliCommand } from '../command.ts';

export default class Drift extends CliCommand {
  static override summary = 'Tell whether an environment has active what it should.';
  static override description =
    'Compares it with the environment that its releases come from, the first one with the files, and fails when they differ. Without a name: every environment that is set up here.';
  static override examples = ['fm drift staging', 'fm drift', 'fm drift prod --json'];
  static override exits = [1, 3, 4, 5, 6, 7];
  static override args = { env: Args.string({ description: 'the environment (default: all)' }) };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Drift);
    this.show(await drift(process.cwd(), args.env, flags));
  }
}
