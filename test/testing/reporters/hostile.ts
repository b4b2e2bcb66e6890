import { existsSync, readFileSync } from 'node:fs';
import type { SuiteResult } from '../../../src/testing/result.ts';
import { finding, suite, test } from './results.ts';

const FILE = '../shared/data/naughty/blns.json';

/** What the formats take for something of their own, and what terminals and parsers choke on. */
const OURS = [
  '',
  ' ',
  '\n',
  'two\nlines',
  'a\r\nb\rc',
  '\u0000\u0007\u001b[31mred\u001b[0m\u009b2J',
  '\ud800 \udfff',
  'a\ud83d',
  '\ufffe\uffff\ufeff',
  '\u2028\u2029\u0085\u00a0\u202eabc',
  ']]>',
  '<![CDATA[<b>&amp;"\']]>',
  '&#0;',
  '# SKIP not me',
  '# TODO',
  '\\# \\\\',
  'ends with {',
  'not ok 7 - nothing',
  'Bail out! now',
  '1..7',
  '---',
  '...',
  '- key: [unclosed',
  '::error file=a::b',
  '##[error]no',
  '%0A%25%',
  'a,b=c:d',
  '__proto__',
  'é e\u0301 日本語 👨\u200d👩\u200d👧',
  'x'.repeat(3_000),
];

/** Ours, and those that break programs elsewhere where they are at hand. */
export const HOSTILE: readonly string[] = [
  ...OURS,
  ...(existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as string[]) : []),
];
console.info(`${HOSTILE.length} hostile strings go through reporters`);

/** A file has a name at least. */
export function fileOf(text: string): string {
  return text.trim() === '' ? `file ${text.length}` : text;
}

/** A suite that has the text wherever one can be: a failed and a skipped test, and a finding of its own. */
export function hostileSuite(text: string): SuiteResult {
  const file = fileOf(text);
  const position = { file, line: 1, column: 1, length: 1 };
  const found = finding('assertion', text, {
    position,
    hint: text,
    path: text,
    check: text,
    differences: [
      { path: text, expected: text, actual: `${text}!` },
      { path: 'list', expected: [text, { [text]: text }], actual: undefined },
      { path: '', expected: `${text}\nend`, actual: `end\n${text}` },
    ],
  });
  const failed = test(text, { position, findings: [found], logs: [text] });
  const skipped = test(text, { position, status: 'skipped', reason: text });
  return suite(text, [failed, skipped], {
    file,
    subject: { kind: 'pipeline', name: text },
    findings: [found],
  });
}
