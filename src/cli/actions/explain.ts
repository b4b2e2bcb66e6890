import type { CodeEntry } from '../../core/codes/entry.ts';
import { CODES, codeEntry } from '../../core/codes/index.ts';
import { fail } from '../../core/errors.ts';
import { nearest } from '../../core/suggest.ts';
import { EXITS } from '../exits.ts';

/** What `fm explain CODE` says. `exit` is null for codes that only stages end with… */
export interface Explanation {
  readonly code: string;
  readonly title: string;
  readonly explanation: string;
  readonly example: string | null;
  readonly exit: { readonly code: number; readonly meaning: string };
}

/** Throws FlowMasonError `NOT_FOUND` with the nearest code. */
export function explain(word: string): Explanation {
  const entry = codeEntry(word);
  if (entry) return explanation(entry.code, entry);
  if (/^\d+$/.test(word) && Object.hasOwn(EXITS, word)) return exitExplanation(Number(word));
  const near = nearest(word.toUpperCase(), Object.keys(CODES));
  fail('NOT_FOUND', `There is no code "${word}"`, { hint: near ? `fm explain ${near}` : 'fm explain --list' });
}

/** Every code, in alphabetical order. */
export function listCodes(): { code: string; title: string; exit: number }[] {
  const codes = Object.entries(CODES).map(([code, { title, exit }]) => ({ code, title, exit }));
  return codes.sort((a, b) => a.code.localeCompare(b.code));
}

function explanation(code: string, { title, explanation, example, exit }: CodeEntry): Explanation {
  return { code, title, explanation, example: example ?? null, exit: { code: exit, meaning: EXITS[exit] ?? '' } };
}

function exitExplanation(exit: number): Explanation {
  const codes = listCodes().filter((each) => each.exit === exit);
  const list = codes.map(({ code }) => code).join(', ');
  return {
    code: `exit ${exit}`,
    title: `Exit code ${exit}`,
    explanation: list
      ? `A command ends with it when its error is one of: ${list}.`
      : 'A command ends with it and no error.',
    example: null,
    exit: { code: exit, meaning: EXITS[exit] ?? '' },
  };
}
