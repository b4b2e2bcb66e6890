/** Longer names are compared by their first units only. */
const LONGEST = 64;

/**
 * The candidate that somebody who typed `name` most likely meant; undefined when none is close. Case, `-`, `_` and `.`
 * count for nothing at first; then letters missing, added, wrong or swapped (one in short names, up to a third in
 * longer ones), and whole words left out (`url` for `base_url`).
 */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = fold(name);
  if (wanted === '') return undefined;
  const allowed = Math.max(1, Math.floor(wanted.length / 3));
  let best: string | undefined;
  let bestDistance = allowed + 1;
  let contained: string | undefined;
  for (const candidate of candidates) {
    if (candidate === name) continue;
    const folded = fold(candidate);
    if (folded === wanted) return candidate;
    if (Math.abs(folded.length - wanted.length) < bestDistance) {
      const distance = editDistance(wanted, folded, bestDistance);
      if (distance < bestDistance && distance < Math.max(wanted.length, folded.length) - 1) {
        best = candidate;
        bestDistance = distance;
      }
    }
    if (sharesWords(name, candidate) && (!contained || candidate.length < contained.length)) contained = candidate;
  }
  return best ?? contained;
}

function fold(name: string): string {
  return name
    .slice(0, LONGEST)
    .toLowerCase()
    .replaceAll(/[-_.\s]/g, '');
}

const LETTER = /[A-Za-z0-9]/;

/** Whether one name is a whole word of the other: `url` of `base_url`. */
function sharesWords(name: string, candidate: string): boolean {
  const [short, long] = name.length < candidate.length ? [name, candidate] : [candidate, name];
  if (short.length < 3 || short.length === long.length || long.length > LONGEST) return false;
  const at = long.toLowerCase().indexOf(short.toLowerCase());
  return at !== -1 && !LETTER.test(long.charAt(at - 1)) && !LETTER.test(long.charAt(at + short.length));
}

/** Letters to insert, delete, replace or swap with their neighbour (optimal string alignment); `limit` when not below. */
function editDistance(a: string, b: string, limit: number): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    let lowest = i;
    for (let j = 1; j <= b.length; j++) {
      const same = a.charCodeAt(i - 1) === b.charCodeAt(j - 1);
      let cost = Math.min((last[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (last[j - 1] ?? 0) + (same ? 0 : 1));
      const swapped =
        i > 1 && j > 1 && a.charCodeAt(i - 1) === b.charCodeAt(j - 2) && a.charCodeAt(i - 2) === b.charCodeAt(j - 1);
      if (swapped) cost = Math.min(cost, (beforeLast[j - 2] ?? 0) + 1);
      row.push(cost);
      if (cost < lowest) lowest = cost;
    }
    if (lowest >= limit) return limit;
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? limit;
}
