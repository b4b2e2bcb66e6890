import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ROOT } from '../setup/fm.ts';

const KINDS = ['exactly once', 'at least once', 'at most once', 'not promised'];

interface Guarantee {
  readonly kind: string;
  readonly sentence: string;
  /** Files of tests, and what each is called there. */
  readonly proofs: readonly { readonly name: string; readonly file: string }[];
}

/** The rows of the table in the chapter about workers. */
function guarantees(): Guarantee[] {
  const [, chapter = ''] = readFileSync(join(ROOT, 'README.md'), 'utf8').split(/^## Workers$/m);
  const [own = ''] = chapter.split(/^## /m);
  const rows = own.split('\n').filter((line) => /^\| (?!how often|-)/.test(line));
  return rows.map((row) => {
    const [kind = '', sentence = '', proved = ''] = row.slice(2, -2).split(' | ');
    const links = [...proved.matchAll(/\[([^\]]+)\]\(([^)]+)\)/g)];
    return { kind, sentence, proofs: links.map(([, name = '', file = '']) => ({ name, file })) };
  });
}

/** What the tests of a file are called. */
function titles(file: string): string[] {
  const text = existsSync(join(ROOT, file)) ? readFileSync(join(ROOT, file), 'utf8') : '';
  return [...text.matchAll(/^\s*it(?:\.each\(.*\))?\(\s*'((?:[^'\\]|\\.)+)'/gm)].map(([, title = '']) => title);
}

describe('the guarantees', () => {
  it('are of every kind, and say each what is promised', () => {
    expect([...new Set(guarantees().map(({ kind }) => kind))]).toEqual(KINDS);
    for (const { sentence } of guarantees()) expect(sentence).toMatch(/\.$/);
  });

  it.each(guarantees())('$kind: $sentence', ({ proofs }) => {
    expect(proofs).not.toEqual([]);
    for (const { name, file } of proofs) expect(titles(file), file).toContain(name);
  });
});
