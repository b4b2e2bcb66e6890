import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { diff, isDifferent } from '../actions/diff/diff.ts';
import { CliCommand } from '../command.ts';
import { comparedMarkdown, comparedText } from '../print/release/compared.ts';
import { screenOf } from '../print/screen.ts';
import { TARGET_FLAGS } from '../target.ts';
import { out } from '../terminal.ts';

export default class Diff extends CliCommand {
  static override summary = 'Compare files, orgs, environments, releases and git revisions, stage by stage.';
  static override description =
    'Without arguments: what is active with the files. A side is files, a path, HEAD:pipelines/x.pipeline.json, an environment, org:NAME, a release (v1.2.3, #12, active, the beginning of a digest), or staging@v1.2.3.';
  static override examples = [
    'fm diff',
    'fm diff staging production --format markdown',
    'fm diff HEAD: files --exit-code',
  ];
  static override exits = [1, 3, 4, 5, 6, 7];
  static override args = {
    before: Args.string({ description: 'one side (default: what is active)' }),
    after: Args.string({ description: 'the other side (default: files)' }),
  };
  static override flags = {
    ...TARGET_FLAGS,
    format: Flags.string({ description: 'How to show it.', options: ['text', 'json', 'markdown'], default: 'text' }),
    'exit-code': Flags.boolean({ description: 'Exit with 1 when something differs.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Diff);
    const words = [args.before, args.after].filter((word) => word !== undefined);
    const compared = await diff(process.cwd(), words, flags);
    const differs = isDifferent(compared);
    if (flags.json || flags.format === 'json') out(JSON.stringify({ ...compared, differs }, null, 2));
    else out(flags.format === 'markdown' ? comparedMarkdown(compared) : comparedText(compared, screenOf()));
    if (flags['exit-code'] && differs) process.exitCode = 1;
  }
}
