import * as Flags from '@oclif/core/flags';
import { showHealth } from '../actions/administration/health.ts';
import { CliCommand } from '../command.ts';

export default class Health extends CliCommand {
  static override summary = 'Give one verdict on an environment, with causes and what to do.';
  static override description =
    'ok: nothing is wrong. degraded: it works, and somebody should look. down: what it is for does not happen, e.g. because the server or its database cannot be reached, or no worker lives. Fails unless it is ok.';
  static override examples = ['fm health --env production', 'fm health --env production --json'];
  static override exits = [1, 4, 5, 6, 8];
  static override flags = {
    env: Flags.string({ description: 'The environment: the server of that name.', required: true, helpValue: 'NAME' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Health);
    this.show(await showHealth(process.cwd(), flags));
  }
}
