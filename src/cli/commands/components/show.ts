import * as Args from '@oclif/core/args';
import { findComponent } from '../../actions/components.ts';
import { CliCommand } from '../../command.ts';
import { componentText } from '../../print/components.ts';

export default class ComponentsShow extends CliCommand {
  static override summary = 'Document one component: its config, its output, an example.';
  static override examples = ['fm components show http-request', 'fm components show foreach --json'];
  static override exits = [3, 4];
  static override args = { name: Args.string({ description: "the component's name", required: true }) };

  override async run(): Promise<void> {
    const { args } = await this.parse(ComponentsShow);
    const component = await findComponent(args.name);
    // The schemas are made when they are read, so they are named here.
    const { config, output } = component;
    this.show({ json: { ...component, config, output }, text: componentText(component) });
  }
}
