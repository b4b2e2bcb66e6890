import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { editorSchema, SCHEMA_FOLDER, writeSchemas } from '../actions/schema.ts';
import { CliCommand } from '../command.ts';
import { writtenFilesText } from '../print/files.ts';
import { outJson } from '../terminal.ts';

export default class Schema extends CliCommand {
  static override summary = 'Write the JSON Schemas that let an editor complete and check pipeline files.';
  static override description =
    'They know every component, those of the project and of plugins included. Write them again when components change.';
  static override examples = ['fm schema', 'fm schema --out schemas', 'fm schema pipeline --stdout'];
  static override exits = [1, 3, 4];
  static override args = {
    name: Args.string({ description: 'with --stdout: which one, pipeline (default) or project' }),
  };
  static override flags = {
    out: Flags.string({ description: `The folder to write to (default: ${SCHEMA_FOLDER}).`, helpValue: 'FOLDER' }),
    'dry-run': Flags.boolean({ description: 'Show what would be written, and write nothing.' }),
    stdout: Flags.boolean({ description: 'Print one schema instead of writing files.', exclusive: ['out'] }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(Schema);
    const cwd = process.cwd();
    if (flags.stdout || args.name !== undefined) return outJson(await editorSchema(cwd, args.name ?? 'pipeline'));
    const files = await writeSchemas(cwd, flags.out, flags['dry-run']);
    this.show({ json: { files, dry_run: flags['dry-run'] }, text: writtenFilesText(files, cwd, flags['dry-run']) });
  }
}
