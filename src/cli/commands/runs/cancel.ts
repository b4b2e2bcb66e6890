import * as Args from '@oclif/core/args';
import { isDeployed } from '../../actions/deployed/flags.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class RunsCancel extends CliCommand {
  static override summary = 'Stop a run; its `finally` stages still run, and it can be resumed.';
  static override description =
    'In a project the process that executes the run is told to stop it, as Ctrl-C does there. In an org and on a server it is told through the database.';
  static override examples = ['fm runs cancel last', 'fm runs cancel last --env staging'];
  static override exits = [4, 5, 6, 7];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last', required: true }) };
  static override flags = { ...TARGET_FLAGS };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsCancel);
    if (isDeployed(flags)) {
      const { cancelThere } = await import('../../actions/deployed/cancel.ts');
      this.show(await cancelThere(flags, args.run));
      return;
    }
    const { cancelRecorded } = await import('../../actions/cancel-recorded.ts');
    this.show(await cancelRecorded(args.run));
  }
}
