import { listComponents } from '../actions/components.ts';
import { CliCommand } from '../command.ts';
import { componentSummary, componentsText } from '../print/components.ts';

export default class Components extends CliCommand {
  static override summary = 'List the components that stages can use.';
  static override description = 'Built-in ones, those of the project (components/*.ts) and those of plugins.';
  static override examples = ['fm components', 'fm components --json'];
  static override exits = [3];

  override async run(): Promise<void> {
    await this.parse(Components);
    const components = await listComponents();
    this.show({ json: { components: components.map(componentSummary) }, text: componentsText(components) });
  }
}
