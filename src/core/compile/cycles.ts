/** More ids than this of a cycle are not printed. */
const MOST_IDS = 12;

/** `a -> b -> a` for the ids of a cycle, each once. */
export function cycleText(ids: readonly string[]): string {
  const shown =
    ids.length <= MOST_IDS
      ? ids
      : [...ids.slice(0, MOST_IDS / 2), `(${ids.length - MOST_IDS} more)`, ...ids.slice(-MOST_IDS / 2)];
  return [...shown, ids[0] ?? ''].join(' -> ');
}
