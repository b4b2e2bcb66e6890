import { fail } from '../../core/errors.ts';
import { ask } from '../prompt.ts';
import { listTemplates } from './init.ts';

export interface ProjectChoice {
  readonly folder: string | undefined;
  readonly here: boolean;
  readonly template: string | undefined;
}

/** Fills in what the command line left open, by asking where somebody can answer. Throws FlowMasonError `USAGE`. */
export async function askForProject(
  choice: ProjectChoice,
  mayAsk: boolean,
): Promise<{ folder: string | undefined; template: string }> {
  if (choice.folder !== undefined || choice.here)
    return { folder: choice.folder, template: choice.template ?? 'default' };
  if (!mayAsk) fail('USAGE', '`fm init` needs NAME: the new folder', { hint: 'fm init my-project' });
  const folder = await ask.input({ message: 'Name of the project', default: 'my-project' });
  if (choice.template !== undefined) return { folder, template: choice.template };
  const choices = listTemplates().map(({ name, summary }) => ({ value: name, name: `${name}: ${summary}` }));
  return { folder, template: await ask.select({ message: 'Begin with', choices }) };
}
