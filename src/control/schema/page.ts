import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';

/** A part of a list: what follows the entry `after`, and the cursor of what follows that. */
export function pageOf<T>(
  list: readonly T[],
  page: { readonly limit: number; readonly after?: string | undefined },
  nameOf: (entry: T) => string,
): { readonly entries: readonly T[]; readonly next: string | null } {
  const { limit, after } = page;
  const before = after === undefined ? -1 : list.findIndex((entry) => nameOf(entry) === after);
  if (after !== undefined && before === -1) {
    fail('REQUEST_INVALID', `after: ${quote(after)} is not in the list any more; begin anew`);
  }
  const entries = list.slice(before + 1, before + 1 + limit);
  const last = entries.at(-1);
  const isEnd = before + 1 + limit >= list.length;
  return { entries, next: last === undefined || isEnd ? null : nameOf(last) };
}
