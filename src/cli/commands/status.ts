import { showStatus } from '../actions/release/show-status.ts';
import { CliCommand } from '../command.ts';
import { TARGET_FLAGS } from '../target.ts';

export default class Status extends CliCommand {
  static override summary = 'Compare the files with what is active in an org or environment.';
  static override description =
    'Says of every pipeline that is not the same who changed it, and what to type. It compares contents, never times of files.';
  static override examples = ['fm status', 'fm status --env staging', 'fm status --json'];
  static override exits = [3, 4, 5, 6, 7];
  static override flags = TARGET_FLAGS;

  override async run(): Promise<void> {
    const { flags } = await this.parse(Status);
    this.show(await showStatus(process.cwd(), flags));
  }
}
