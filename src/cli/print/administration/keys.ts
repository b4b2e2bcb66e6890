import type { KeyView, NewKeyView, RotatedKeyView } from '../../../core/api/administration.ts';
import { durationText } from '../../../core/duration.ts';
import { printable } from '../../../core/quote.ts';
import { commandLine } from '../../usage.ts';
import { timeText } from '../run/document.ts';
import { table } from '../table.ts';

export function keysText(keys: readonly KeyView[], now: number): string {
  if (keys.length === 0) return 'no keys';
  const rows = keys.map(({ id, name, scopes, state, expires_at, last_used_at }) => [
    id,
    printable(name),
    state,
    printable(scopes.join(',')),
    last_used_at === null ? 'never' : `${durationText(Math.max(0, now - last_used_at))} ago`,
    expires_at === null ? 'never' : timeText(expires_at),
  ]);
  return table(rows, ['ID', 'NAME', 'STATE', 'SCOPES', 'USED', 'EXPIRES']);
}

/** What is to be said of a key that was made. */
export function madeKeyNote(made: NewKeyView | RotatedKeyView, env: string): string {
  const { id, name, key } = made;
  const old =
    'replaces' in made ? `\nThe key ${made.replaces.id} may be used until ${timeText(made.replaces.expires_at)}.` : '';
  if (key === null) {
    const again = commandLine('keys:rotate', [id, '--env', env]);
    return `The key ${id} (${printable(name)}) was made before, and was shown then. To get one that you can see: ${again}`;
  }
  return `This is the key ${id} (${printable(name)}), which is shown this once.${old}`;
}
