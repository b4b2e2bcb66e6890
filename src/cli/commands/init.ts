import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { init, listTemplates } from '../actions/init.ts';
import { askForProject } from '../actions/init-questions.ts';
import { writeSchemas } from '../actions/schema.ts';
import { CliCommand } from '../command.ts';
import { madeProjectText, templatesText } from '../print/init.ts';
import { canAsk } from '../terminal.ts';

export default class Init extends CliCommand {
  static override summary = 'Make a new project.';
  static override description =
    'Writes flowmason.json, a pipeline that runs offline, a README, settings for VS Code, .gitignore and a workflow for GitHub. Overwrites nothing.';
  static override examples = [
    'fm init my-project',
    'fm init my-project --template etl',
    'fm init --here',
    'fm init --list',
  ];
  static override exits = [4, 5];
  static override args = {
    name: Args.string({ description: "the new folder; its last part is the project's name" }),
  };
  static override flags = {
    here: Flags.boolean({ description: 'Make it in the current folder.' }),
    template: Flags.string({ char: 't', description: 'What to begin with (default: default).', helpValue: 'NAME' }),
    list: Flags.boolean({ description: 'List the templates.' }),
    'dry-run': Flags.boolean({ description: 'Show what would be written, and write nothing.' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Init);
    if (flags.list) {
      const templates = listTemplates();
      return this.show({ json: { templates }, text: templatesText(templates) });
    }
    const asked = await askForProject(
      { folder: args.name, here: flags.here, template: flags.template },
      canAsk() && !flags.json,
    );
    const made = init({ cwd: process.cwd(), here: flags.here, ...asked, dryRun: flags['dry-run'] });
    const schemas = made.dry_run ? [] : await writeSchemas(made.root);
    this.show({ json: { ...made, schemas }, text: madeProjectText(made, process.cwd()) });
  }
}
