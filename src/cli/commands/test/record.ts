import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { CliCommand } from '../../command.ts';

export default class TestRecord extends CliCommand {
  static override summary = 'Make a test of a recorded run.';
  static override description =
    'What its stages with effects gave becomes mocks, what was sent to it signals, its result an assertion. The test is tried before it is written.';
  static override examples = [
    'fm test record last',
    'fm test record my-pipeline --name "two customers"',
    'fm test record last --dry-run',
  ];
  static override exits = [1, 3, 4, 5];
  static override args = {
    run: Args.string({
      description: 'a run: its id, its beginning or last; or a pipeline, for its newest finished run',
      required: true,
    }),
  };
  static override flags = {
    name: Flags.string({ char: 'n', description: "The test's name.", helpValue: 'NAME' }),
    output: Flags.string({ char: 'o', description: 'The test file; default: beside the pipeline.', helpValue: 'FILE' }),
    'dry-run': Flags.boolean({ description: 'Print the test, but write nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(TestRecord);
    const { recordTest } = await import('../../actions/test/record.ts');
    const { recordedTestText } = await import('../../print/tests.ts');
    const recorded = await recordTest({
      word: args.run,
      name: flags.name,
      output: flags.output,
      dryRun: flags['dry-run'],
    });
    this.show({ json: recorded, text: recordedTestText(recorded) });
  }
}
