import * as Args from '@oclif/core/args';
import { describePipeline } from '../actions/show.ts';
import { CliCommand } from '../command.ts';
import { pipelineText } from '../print/show.ts';

export default class Show extends CliCommand {
  static override summary = 'Show a pipeline: its input, stages, output and what it needs.';
  static override examples = ['fm show my-pipeline', 'fm show ./pipelines/my-pipeline.pipeline.json --json'];
  static override exits = [3, 4];
  static override args = { pipeline: Args.string({ description: 'a name in pipelines/, or a file', required: true }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(Show);
    const pipeline = await describePipeline(args.pipeline);
    this.show({ json: pipeline, text: pipelineText(pipeline) });
  }
}
