/** The names of both lists: in the order of ours, with theirs' additions after the neighbour that they follow in theirs. */
export function mergeOrder(ours: readonly string[], theirs: readonly string[]): string[] {
  const known = new Set(ours);
  const first: string[] = [];
  const following = new Map<string, string[]>();
  let after = first;
  for (const name of theirs) {
    if (known.has(name)) {
      after = following.get(name) ?? [];
      following.set(name, after);
    } else after.push(name);
  }
  return [...first, ...ours.flatMap((name) => [name, ...(following.get(name) ?? [])])];
}
