import * as Args from '@oclif/core/args';
import { showEnvironment } from '../../actions/administration/environment.ts';
import { CliCommand } from '../../command.ts';

export default class EnvShow extends CliCommand {
  static override summary = 'Show what an environment demands of who deploys to it, and who has locked it.';
  static override examples = ['fm env show staging', 'fm env show production --json'];
  static override exits = [4, 5, 6, 7, 8];
  static override args = {
    env: Args.string({ description: 'the environment', required: true }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(EnvShow);
    this.show(await showEnvironment(process.cwd(), args.env, flags));
  }
}
