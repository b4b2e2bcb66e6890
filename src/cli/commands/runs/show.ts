import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { isDeployed } from '../../actions/deployed/flags.ts';
import { showRecorded } from '../../actions/show-recorded.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class RunsShow extends CliCommand {
  static override summary = 'Show a run: its state, every stage, its result or error.';
  static override examples = [
    'fm runs show last',
    'fm runs show last --json',
    'fm runs show last --stage fetch',
    'fm runs show last --org local --follow',
  ];
  static override exits = [4, 5, 6, 7];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last', required: true }) };
  static override flags = {
    ...TARGET_FLAGS,
    stage: Flags.string({
      description: 'Show what this stage gave, and those inside of it: its id or path.',
      helpValue: 'STAGE',
      exclusive: ['follow'],
    }),
    follow: Flags.boolean({ char: 'f', description: 'Print what happens until the run ends, then show it.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(RunsShow);
    if (flags.stage !== undefined) {
      const { recordedStage, stageThere } = await import('../../actions/show-stage.ts');
      this.show(
        isDeployed(flags) ? await stageThere(flags, args.run, flags.stage) : recordedStage(args.run, flags.stage),
      );
      return;
    }
    if (!isDeployed(flags)) {
      this.show(await showRecorded(args.run, flags.follow));
      return;
    }
    const { showThere } = await import('../../actions/deployed/show.ts');
    this.show(await showThere(flags, args.run, flags.follow));
  }
}
