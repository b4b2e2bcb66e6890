import { examine, failureOf } from '../actions/doctor/examine.ts';
import { CliCommand } from '../command.ts';
import { examinationText } from '../print/doctor.ts';

export default class Doctor extends CliCommand {
  static override summary = 'Check whether everything is in place here.';
  static override description =
    'Looks at Node, the project, settings, plugins, components, pipelines, folders, disk and git, and says what to do about what it finds.';
  static override examples = ['fm doctor', 'fm doctor --json'];
  static override exits = [1];

  override async run(): Promise<void> {
    await this.parse(Doctor);
    const examination = await examine(process.cwd());
    this.show({ json: examination, text: examinationText(examination), error: failureOf(examination) });
  }
}
