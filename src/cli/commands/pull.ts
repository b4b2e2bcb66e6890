import * as Flags from '@oclif/core/flags';
import { pullFiles } from '../actions/release/pull-files.ts';
import { CliCommand } from '../command.ts';
import { TARGET_FLAGS } from '../target.ts';

export default class Pull extends CliCommand {
  static override summary = 'Bring what changed in an org or environment into the files.';
  static override description =
    'Merges stage by stage with what you changed. Where both changed the same, nothing is written and each conflict is shown. Files that nobody changed keep their bytes; only files below pipelines/ are touched.';
  static override examples = ['fm pull', 'fm pull --env staging --dry-run', 'fm pull --merge'];
  static override exits = [1, 3, 4, 5, 6, 7];
  static override flags = {
    ...TARGET_FLAGS,
    ours: Flags.boolean({ description: 'Where both changed the same, keep yours.', exclusive: ['theirs', 'merge'] }),
    theirs: Flags.boolean({ description: 'Where both changed the same, take theirs.', exclusive: ['ours', 'merge'] }),
    merge: Flags.boolean({
      description: 'Write all sides into the file as $conflict, and decide there.',
      exclusive: ['ours', 'theirs'],
    }),
    prune: Flags.boolean({ description: 'Delete unedited files of pipelines that are no longer there.' }),
    release: Flags.string({ description: 'Another release than the active one: v1.2.3, #12.', helpValue: 'RELEASE' }),
    'dry-run': Flags.boolean({ description: 'Show what would be written, and write nothing.' }),
  };

  override async run(): Promise<void> {
    const { flags } = await this.parse(Pull);
    this.show(await pullFiles(process.cwd(), flags));
  }
}
