import { COMMANDS, WITH_WORDS } from './commands/index.ts';

/** What a command file exports: a class whose `run()` does it all. */
type Load = () => Promise<{ default: new (argv: string[]) => { run(): Promise<unknown> } }>;

function registered(id: string): Load | undefined {
  return Object.hasOwn(COMMANDS, id) ? (COMMANDS as Readonly<Record<string, Load>>)[id] : undefined;
}

/**
 * The built-in command that words begin with, the longest one. Undefined when there is none, and when the next word
 * could be a misspelt command below it: that is for oclif's shell to tell.
 */
export function findBuiltIn(words: readonly string[]): { id: string; argv: string[] } | undefined {
  for (let length = 3; length > 0; length--) {
    const id = words.slice(0, length).join(':');
    if (!registered(id)) continue;
    const argv = words.slice(id.split(':').length);
    const next = argv[0];
    const doubtful = next !== undefined && !next.startsWith('-') && isGroup(id) && !WITH_WORDS.has(id);
    return doubtful ? undefined : { id, argv };
  }
  return undefined;
}

function isGroup(id: string): boolean {
  return Object.keys(COMMANDS).some((other) => other.startsWith(`${id}:`));
}

/** Runs a built-in command. Throws whatever it fails with. */
export async function runBuiltIn(id: string, argv: readonly string[]): Promise<void> {
  const module = await registered(id)?.();
  if (!module) throw new Error(`no built-in command ${id}`);
  Object.assign(module.default, { id });
  await new module.default([...argv]).run();
}
