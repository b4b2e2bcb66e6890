import { readFileSync } from 'node:fs';
import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { FlowMasonError } from '../../core/errors.ts';
import { type Validation, validate } from '../actions/validate.ts';
import { CliCommand } from '../command.ts';
import { problemsText } from '../print/problems.ts';
import { counted, validationText } from '../print/validate.ts';
import { say } from '../terminal.ts';

export default class Validate extends CliCommand {
  static override summary = 'Check pipelines without running anything.';
  static override description =
    'Every problem of every file is reported at once, each with its line, what was expected and what to write instead. Without PATHS it checks every pipeline of the project.';
  static override examples = [
    'fm validate',
    'fm validate pipelines/my-pipeline.pipeline.json --strict',
    'fm validate --json',
  ];
  static override exits = [3, 4];
  static override args = {
    paths: Args.string({ description: 'files, folders, names in pipelines/, or - for stdin', multiple: true }),
  };
  static override flags = {
    strict: Flags.boolean({ description: 'Warnings fail, too.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Validate);
    const validation = await validate(args.paths ?? [], () => readFileSync(0));
    const { texts, ...result } = validation;
    const doubts = flags.strict ? [] : validation.warnings;
    if (doubts.length > 0 && !flags.json) say(`${problemsText(doubts, process.stderr, texts)}\n`);
    this.show({ json: result, text: validationText(validation), error: failure(validation, flags.strict), texts });
  }
}

function failure({ errors, warnings }: Validation, strict: boolean): FlowMasonError | undefined {
  const problems = strict ? [...errors, ...warnings] : errors;
  if (problems.length === 0) return undefined;
  const files = new Set(problems.map(({ file }) => file)).size;
  return new FlowMasonError('INVALID_FILE', `${counted(problems.length, 'problem')} in ${counted(files, 'file')}`, {
    problems,
  });
}
