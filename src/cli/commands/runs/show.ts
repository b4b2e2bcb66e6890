import * as Args from '@oclif/core/args';
import { readRun } from '../../../hosts/node/runs/read.ts';
import { openHome } from '../../actions/run/resume.ts';
import { statusOf } from '../../actions/runs.ts';
import { CliCommand } from '../../command.ts';
import { runDocument } from '../../print/run/document.ts';
import { runText } from '../../print/runs.ts';

export default class RunsShow extends CliCommand {
  static override summary = 'Show a recorded run: its state, every stage, its result or error.';
  static override examples = ['fm runs show last', 'fm runs show last --json'];
  static override exits = [4];
  static override args = { run: Args.string({ description: 'an id, the beginning of one, or last', required: true }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(RunsShow);
    const run = readRun(openHome().home, args.run);
    const status = statusOf({ status: run.record.status, live: run.live });
    this.show({
      json: { ...runDocument(run.outcome), status, input: run.record.input, vars: run.record.vars },
      text: runText(run),
    });
  }
}
