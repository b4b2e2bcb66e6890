import { fail } from '../core/errors.ts';

/** Words of other tools for commands of ours: what is typed, and the command that runs instead. */
const SAME: Readonly<Record<string, readonly string[]>> = {
  'project create': ['init'],
  'project generate': ['init'],
  'apex run': ['run'],
};

/** Words whose command needs more than they say, so that it is printed instead of run. */
const INSTEAD: Readonly<Record<string, string>> = {
  'deploy metadata': 'fm deploy staging',
  'project deploy start': 'fm deploy staging',
  'retrieve metadata': 'fm pull --env staging',
  'project retrieve start': 'fm pull --env staging',
};

/**
 * The command line with the words of other tools replaced by ours. Throws FlowMasonError `USAGE` that names the command
 * to type for those that cannot be replaced word by word.
 */
export function translate(argv: readonly string[]): string[] {
  for (const length of [2, 3]) {
    const words = argv.slice(0, length).join(' ');
    const same = Object.hasOwn(SAME, words) ? SAME[words] : undefined;
    if (same) return [...same, ...argv.slice(length)];
    const instead = Object.hasOwn(INSTEAD, words) ? INSTEAD[words] : undefined;
    if (instead) refuse(words, instead);
  }
  return [...argv];
}

function refuse(words: string, instead: string): never {
  fail('USAGE', `\`fm ${words}\` is called \`${instead}\` in FlowMason, with the environment that is meant`, {
    hint: instead,
    details: { typed: `fm ${words}`, command: instead },
  });
}
