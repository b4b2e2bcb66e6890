import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { pipelineGraph } from '../actions/graph.ts';
import { CliCommand } from '../command.ts';
import { dotText } from '../print/graph-dot.ts';
import { mermaidText } from '../print/graph-mermaid.ts';
import { graphText } from '../print/graph-text.ts';

const FORMATS = { text: graphText, mermaid: mermaidText, dot: dotText };

export default class GraphCommand extends CliCommand {
  static override summary = 'Draw what depends on what in a pipeline.';
  static override description =
    'Gates show on which branch a stage runs; stages that a control stage owns are drawn inside of it.';
  static override examples = [
    'fm graph my-pipeline',
    'fm graph my-pipeline --format mermaid',
    'fm graph ./pipelines/my-pipeline.pipeline.json --format json',
  ];
  static override exits = [3, 4];
  static override args = { pipeline: Args.string({ description: 'a name in pipelines/, or a file', required: true }) };
  static override flags = {
    format: Flags.option({ options: ['text', 'mermaid', 'dot', 'json'] as const })({
      char: 'f',
      description: 'How to draw it.',
      default: 'text',
    }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(GraphCommand);
    const graph = await pipelineGraph(args.pipeline);
    const format = flags.format === 'json' ? undefined : FORMATS[flags.format];
    this.show({ json: graph, text: format ? format(graph) : JSON.stringify(graph, null, 2) });
  }
}
