import { FlowMasonError } from '../core/errors.ts';
import { nearest } from '../core/suggest.ts';
import type { Shell } from './shell.ts';
import { commandLine } from './usage.ts';

/** Why there is nothing to run, with the nearest command that there is. */
export function unknownCommand(shell: Shell, argv: readonly string[]): FlowMasonError {
  const words = argv.slice(0, argv.findIndex((word) => word.startsWith('-')) >>> 0);
  if (words.length === 0)
    return new FlowMasonError('USAGE', `A command comes before ${argv[0]}`, { hint: 'fm --help' });
  const ids = shell.commands.filter((command) => !command.hidden).map((command) => command.id);
  const parent = known(ids, words);
  const near = nearestCommand(ids, words);
  if (near) {
    const rest = argv.slice(near.split(':').length);
    return notFound(words.slice(0, near.split(':').length), commandLine(near, rest));
  }
  if (parent && shell.findCommand(parent)) {
    const extra = words[parent.split(':').length];
    return new FlowMasonError('USAGE', `\`${commandLine(parent, [])}\` takes no argument "${extra}"`, {
      hint: commandLine(parent, ['--help']),
    });
  }
  return notFound(
    parent ? words.slice(0, parent.split(':').length + 1) : words.slice(0, 1),
    parent ? commandLine(parent, ['--help']) : 'fm --help',
  );
}

function notFound(words: readonly string[], hint: string): FlowMasonError {
  return new FlowMasonError('USAGE', `There is no command \`fm ${words.join(' ')}\``, { hint });
}

/** The longest beginning of the words that is a command or a topic. */
function known(ids: readonly string[], words: readonly string[]): string | undefined {
  for (let length = words.length; length > 0; length--) {
    const id = words.slice(0, length).join(':');
    if (ids.some((each) => each === id || each.startsWith(`${id}:`))) return id;
  }
  return undefined;
}

/** Among the commands of as many words as could have been meant, longest first. */
function nearestCommand(ids: readonly string[], words: readonly string[]): string | undefined {
  for (let length = Math.min(3, words.length); length > 0; length--) {
    const near = nearest(
      words.slice(0, length).join(':'),
      ids.filter((id) => id.split(':').length === length),
    );
    if (near) return near;
  }
  return undefined;
}
