import { translate } from './aliases.ts';
import { findBuiltIn, runBuiltIn } from './builtin.ts';
import { guardProcess } from './guard.ts';
import { installedPlugins } from './plugins/installed.ts';
import { flush, say, wantsJson } from './terminal.ts';

/** How long what a command left behind (a connection, a timer) may keep the process alive, in milliseconds. */
const GRACE_MS = 1_000;

/** Runs a command line; the process ends by itself when everything is written. */
export async function main(argv: readonly string[]): Promise<void> {
  guardProcess();
  process.exitCode = await runCommandLine(argv);
  setTimeout(() => flush().then(() => process.exit()), GRACE_MS).unref();
}

/** Runs a command line, prints why when it fails, and answers the exit code. */
export async function runCommandLine(argv: readonly string[]): Promise<number> {
  try {
    await dispatch(translate(argv));
    return Number(process.exitCode ?? 0);
  } catch (error) {
    const { printFailure } = await import('./print/failure.ts');
    return printFailure(error, wantsJson(argv));
  }
}

/** A built-in command runs at once; oclif's shell is opened only for what needs it. */
async function dispatch(words: readonly string[]): Promise<void> {
  const { plugins, warnings } = installedPlugins(process.cwd(), process.env);
  for (const warning of warnings) say(`warning: ${warning}`);
  const builtIn = asksForHelp(words) ? undefined : findBuiltIn(words);
  if (builtIn && !plugins.some((plugin) => plugin.hooks)) return runBuiltIn(builtIn.id, builtIn.argv);
  const { runInShell } = await import('./run-in-shell.ts');
  await runInShell(withoutHelp(words), { plugins, help: asksForHelp(words) });
}

/** `fm`, `fm help X`, `fm X --help` and `fm X -h`. */
function asksForHelp(words: readonly string[]): boolean {
  const before = beforeDashes(words);
  return words.length === 0 || words[0] === 'help' || before.includes('--help') || before.includes('-h');
}

function withoutHelp(words: readonly string[]): readonly string[] {
  if (!asksForHelp(words)) return words;
  return beforeDashes(words).filter((word, i) => !(word === '--help' || word === '-h' || (i === 0 && word === 'help')));
}

function beforeDashes(words: readonly string[]): readonly string[] {
  const end = words.indexOf('--');
  return end === -1 ? words : words.slice(0, end);
}
