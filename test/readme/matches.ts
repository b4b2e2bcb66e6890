import { normalise } from './normal.ts';

/** What is missing of the expected output, or undefined. A `…` on a line of its own stands for lines left out. */
export function mismatch(expected: string, actual: string, folder: string): string | undefined {
  const wanted = normalise(expected, folder);
  let rest = normalise(actual, folder);
  if (!/^…$/m.test(wanted)) return rest === wanted ? undefined : wanted;
  for (const part of wanted.split(/^…$/m).map((piece) => piece.trim())) {
    const at = rest.indexOf(part);
    if (at < 0) return part;
    rest = rest.slice(at + part.length);
  }
  return undefined;
}
