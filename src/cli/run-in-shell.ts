import { normalizeArgv } from '@oclif/core/help';
import { printHelp } from './help.ts';
import type { FoundPlugin } from './plugins/find.ts';
import { Shell } from './shell.ts';
import { unknownCommand } from './unknown.ts';

export interface ShellRequest {
  readonly plugins: readonly FoundPlugin[];
  /** Print the help of what the words name instead of running it. */
  readonly help: boolean;
}

/** Runs or explains a command with all that oclif knows. Throws FlowMasonError `USAGE` for words that are no command. */
export async function runInShell(words: readonly string[], request: ShellRequest): Promise<void> {
  const shell = await Shell.open(request.plugins);
  const [id, ...argv] = normalizeArgv(shell, [...words]);
  if (id === undefined) return printHelp(shell, undefined);
  const command = shell.findCommand(id);
  if (!command && !shell.findTopic(id)) throw unknownCommand(shell, words);
  if (command && !request.help) return shell.runOne(id, argv);
  await printHelp(shell, id);
}
