import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { type TestFlags, withRevision } from '../actions/test/flags.ts';
import { CliCommand } from '../command.ts';

const many = { multiple: true, multipleNonGreedy: true } as const;

export default class Test extends CliCommand {
  static override summary = 'Run the tests of pipelines and components, offline.';
  static override description =
    'Tests are files pipelines/<name>.test.json, or below tests/. Stages with effects do not run: mocks stand for them. Time is virtual, so delays and retries cost none. --coverage counts stages and branches; thresholds in flowmason.json fail the command.';
  static override examples = [
    'fm test',
    'fm test --coverage',
    'fm test my-pipeline --filter "happy path" --watch',
    'fm test --reporter text --reporter junit:results.xml',
  ];
  static override exits = [1, 3, 4, 130, 143];
  static override args = {
    paths: Args.string({ description: 'test files, folders, or names of test files', multiple: true }),
  };
  static override flags = {
    coverage: Flags.boolean({ char: 'c', description: 'Count which stages and branches the tests meet.' }),
    'coverage-reporter': Flags.string({
      ...many,
      description: 'text, json, lcov, cobertura or html, with a file: html:out.html. Implies --coverage.',
      helpValue: 'NAME[:FILE]',
    }),
    reporter: Flags.string({
      ...many,
      char: 'r',
      description: 'text, json, junit, tap or github, to a file: junit:out.xml.',
      helpValue: 'NAME[:FILE]',
    }),
    filter: Flags.string({ ...many, description: 'Only tests whose name has this text.', helpValue: 'TEXT' }),
    tag: Flags.string({ ...many, description: 'Only tests with this tag; !TAG leaves them out.', helpValue: 'TAG' }),
    bail: Flags.boolean({ description: 'Stop after the first failure.' }),
    watch: Flags.boolean({ char: 'w', description: 'Run again what a change touches, until Ctrl-C.' }),
    changed: Flags.string({
      description: 'Only tests of what differs from a git revision (default HEAD), through subpipelines.',
      helpValue: '[REV]',
    }),
    jobs: Flags.integer({
      char: 'j',
      min: 1,
      description: 'Tests at a time; gains where they wait for real work (--live).',
      helpValue: 'N',
    }),
    list: Flags.boolean({ description: 'Print the tests that would run.' }),
    shard: Flags.string({ description: 'One part of the tests, for several machines.', helpValue: 'I/N' }),
    live: Flags.boolean({ description: 'Let stages without a mock really run, with the real secrets.' }),
    'update-snapshots': Flags.boolean({ char: 'u', description: 'Store snapshots anew, and remove those of no test.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Test, withRevision(this.argv));
    const { test } = await import('../actions/test/test.ts');
    const result = await test(args.paths ?? [], flags satisfies TestFlags);
    if (result.exit !== undefined) process.exitCode = result.exit;
    else this.show(result);
  }
}
