import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { flagJson, stdinJson } from '../../actions/run/input.ts';
import { CliCommand } from '../../command.ts';
import { TARGET_FLAGS } from '../../target.ts';

export default class TriggersFire extends CliCommand {
  static override summary = 'Start the run that a trigger would start now, and follow it.';
  static override description =
    'Also of a trigger that is paused, and in an org, where this command executes the run. A schedule gets the present time; a webhook the body that is given, as if a sender had proved itself.';
  static override examples = [
    'fm triggers fire nightly --env staging',
    `fm triggers fire orders:paid --body '{"order": 7}' --env staging --async`,
    'fm triggers fire nightly --org local',
  ];
  static override exits = [1, 2, 3, 4, 5, 6, 7, 8, 69, 130, 143];
  static override args = {
    trigger: Args.string({ description: 'its id, or PIPELINE:ID', required: true }),
  };
  static override flags = {
    ...TARGET_FLAGS,
    body: Flags.string({ description: 'What a webhook gets, as JSON, or - for stdin.', helpValue: 'JSON' }),
    'json-lines': Flags.boolean({ description: 'Print every event as a line of JSON.', exclusive: ['json'] }),
    quiet: Flags.boolean({ char: 'q', description: 'Print the result and nothing else.' }),
    async: Flags.boolean({ description: 'Start the run, print its id, and go.' }),
    wait: Flags.string({ description: 'Wait so long at most, then exit 69.', helpValue: 'TIME' }),
    'dry-run': Flags.boolean({ description: 'Check what it would start, and start nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TriggersFire);
    const { body: typed, ...rest } = flags;
    const body = typed === undefined ? undefined : typed === '-' ? stdinJson() : flagJson(typed, '--body');
    const { runDeployed } = await import('../../actions/deployed/run.ts');
    process.exitCode = await runDeployed(undefined, { ...rest, fire: { id: args.trigger, body } });
  }
}
