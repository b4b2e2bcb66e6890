import * as Args from '@oclif/core/args';
import * as Flags from '@oclif/core/flags';
import { fail } from '../../../core/errors.ts';
import { createOrg } from '../../actions/org/create.ts';
import { CliCommand } from '../../command.ts';
import { orgText } from '../../print/orgs.ts';
import { commandLine } from '../../usage.ts';

export default class OrgCreate extends CliCommand {
  static override summary = 'Make a further org of this project: a database of its own to push to and run in.';
  static override description =
    'It is a file below .flowmason/orgs, for you alone. Triggers are inactive in it. Commands work on it with --org NAME.';
  static override examples = [
    'fm org create demo',
    'fm org create scratch demo --expires 7d',
    'fm org create copy --from staging',
  ];
  static override exits = [3, 4, 5, 6, 7];
  static override args = {
    name: Args.string({ description: 'its name; the word scratch may stand before it', required: true }),
    rest: Args.string({ description: 'the name, after scratch' }),
  };
  static override flags = {
    from: Flags.string({ description: 'Begin with the release that is active there.', helpValue: 'ENV|ORG' }),
    expires: Flags.string({ description: 'Refuse to use it after this time, e.g. 7d.', helpValue: 'TIME' }),
  };

  override async run(): Promise<void> {
    const { args, flags } = await this.parse(OrgCreate);
    const org = await createOrg(process.cwd(), { ...flags, name: nameOf(args) });
    this.show({ json: { org }, text: `Made the org ${org.name}\n\n${orgText(org)}` });
  }
}

function nameOf({ name, rest }: { name: string; rest?: string | undefined }): string {
  if (name === 'scratch') {
    return rest ?? fail('USAGE', 'The org needs a name of its own', { hint: 'fm org create scratch demo' });
  }
  if (rest === undefined) return name;
  return fail('USAGE', `\`fm org create\` takes one name, found "${name}" and "${rest}"`, {
    hint: commandLine('org:create', [name]),
  });
}
