import { listPipelines } from '../actions/list.ts';
import { CliCommand } from '../command.ts';
import { pipelinesText } from '../print/list.ts';
import { problemsText } from '../print/problems.ts';
import { say } from '../terminal.ts';

export default class List extends CliCommand {
  static override summary = 'List the pipelines of this project.';
  static override examples = ['fm list', 'fm list --json'];
  static override exits = [3, 4];

  override async run(): Promise<void> {
    await this.parse(List);
    const { pipelines, problems } = listPipelines(process.cwd());
    if (problems.length > 0) say(problemsText(problems, process.stderr));
    this.show({ json: { pipelines }, text: pipelinesText(pipelines) });
  }
}
