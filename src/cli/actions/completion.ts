import { CODES } from '../../core/codes/index.ts';
import { installedPlugins } from '../plugins/installed.ts';
import { Shell } from '../shell.ts';

/** What can be typed after `fm`, the plugins' commands included. */
export interface Completions {
  /** Every command and every group of commands, `config` and `config set`. */
  readonly commands: readonly CompletionCommand[];
}

export interface CompletionCommand {
  readonly words: string;
  readonly summary: string;
  readonly flags: readonly CompletionFlag[];
  /** What its argument is: a pipeline's name or file, one of some words, or nothing that can be completed. */
  readonly argument: 'pipeline' | readonly string[];
}

export interface CompletionFlag {
  readonly name: string;
  readonly char: string | undefined;
  readonly summary: string;
  readonly takesValue: boolean;
  /** The values that there are, where they are few. */
  readonly options: readonly string[];
}

type Loadable = Shell['commands'][number];

/** Arguments that name a pipeline. */
const PIPELINES = new Set(['pipeline', 'file', 'paths']);

export async function completions(cwd: string): Promise<Completions> {
  const shell = await Shell.open(installedPlugins(cwd, process.env).plugins);
  const commands = shell.commands.filter(({ hidden }) => !hidden).map(completionCommand);
  const known = new Set(commands.map(({ words }) => words));
  const groups = shell.topics
    .map(({ name, description }) => ({ words: name.replaceAll(':', ' '), summary: description ?? '' }))
    .filter(({ words }) => !known.has(words) && commands.some((command) => command.words.startsWith(`${words} `)))
    .map((group): CompletionCommand => ({ ...group, flags: [], argument: [] }));
  return { commands: [...commands, ...groups].sort((a, b) => (a.words < b.words ? -1 : 1)) };
}

function completionCommand({ id, summary, flags, args }: Loadable): CompletionCommand {
  const argument = Object.values(args)[0];
  const options = id === 'explain' ? Object.keys(CODES).sort() : (argument?.options ?? []);
  return {
    words: id.replaceAll(':', ' '),
    summary: firstLine(summary ?? ''),
    flags: Object.values(flags)
      .filter(({ hidden }) => !hidden)
      .map(completionFlag),
    argument: argument && PIPELINES.has(argument.name) ? 'pipeline' : options,
  };
}

function completionFlag(flag: Loadable['flags'][string]): CompletionFlag {
  const { name, char, summary, description, type } = flag;
  const takesValue = type === 'option';
  return {
    name,
    char,
    summary: firstLine(summary ?? description ?? ''),
    takesValue,
    options: takesValue ? (flag.options ?? []) : [],
  };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
