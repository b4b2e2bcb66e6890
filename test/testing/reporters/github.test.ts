import { describe, expect, it } from 'vitest';
import { fileOf, HOSTILE, hostileSuite } from './hostile.ts';
import { finding, ORDERS_FILE, PASSED, reported, SKIPPED, SUITES, suite, test } from './results.ts';

interface Command {
  readonly name: string;
  readonly properties: Readonly<Record<string, string>>;
  readonly message: string;
}

/** Reads a line as the runner does: undefined when it is no command. */
function commandOf(line: string): Command | undefined {
  const text = line.trimStart();
  if (!text.startsWith('::')) return undefined;
  const end = text.indexOf('::', 2);
  if (end === -1) return undefined;
  const [name = '', ...rest] = text.slice(2, end).split(' ');
  const pairs = rest.join(' ').split(',').filter(Boolean);
  const properties = pairs.map((pair) => {
    const at = pair.indexOf('=');
    return [
      pair.slice(0, at),
      unescaped(
        pair
          .slice(at + 1)
          .replaceAll('%3A', ':')
          .replaceAll('%2C', ','),
      ),
    ];
  });
  return { name, properties: Object.fromEntries(properties), message: unescaped(text.slice(end + 2)) };
}

function unescaped(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}

function linesOf(out: string): string[] {
  expect(out.endsWith('\n')).toBe(true);
  return out.slice(0, -1).split(/\r\n|\n|\r/);
}

describe('the github reporter', () => {
  it('marks each finding at its place and says the numbers at the end', () => {
    const commands = linesOf(reported('github', SUITES)).map(commandOf);
    expect(commands.map((command) => command?.name)).toEqual([...Array(7).fill('error'), 'notice']);
    expect(commands[1]).toEqual({
      name: 'error',
      properties: { file: ORDERS_FILE, line: '10', col: '29', title: 'orders › adds up' },
      message: [
        '`output` does not equal what is expected',
        '- expected  items[0].total  6',
        '+ actual    items[0].total  8',
        '- expected  items[1]        {"total":1}',
        '+ actual    items[1]        (missing)',
        '- expected  sum             (missing)',
        '+ actual    sum             8',
      ].join('\n'),
    });
    expect(commands.at(-1)).toEqual({
      name: 'notice',
      properties: { title: 'fm test' },
      message: '4 failed, 4 passed, 2 skipped',
    });
  });

  it('says nothing about what passed or was skipped', () => {
    expect(linesOf(reported('github', [PASSED, SKIPPED]))).toEqual(['::notice title=fm test::3 passed, 1 skipped']);
  });

  it('tells of missed thresholds', () => {
    const lines = linesOf(reported('github', [PASSED], { missed: ['stages of a: 50 % of at least 80 %'] }));
    expect(lines).toEqual([
      '::error title=Threshold missed::stages of a: 50 %25 of at least 80 %25',
      '::notice title=fm test::3 passed; 1 threshold missed',
    ]);
  });

  it('annotates as many as GitHub shows and puts the others into the log', () => {
    const tests = Array.from({ length: 13 }, (_, i) => test(`test ${i}`, { findings: [finding('run', `wrong ${i}`)] }));
    const lines = linesOf(reported('github', [suite('many', tests)], { missed: ['too few'] }));
    expect(lines.filter((line) => commandOf(line)?.name === 'error')).toHaveLength(10);
    expect(lines.slice(10)).toEqual([
      `failed  ${ORDERS_FILE}:7:15  many › test 10: wrong 10`,
      `failed  ${ORDERS_FILE}:7:15  many › test 11: wrong 11`,
      `failed  ${ORDERS_FILE}:7:15  many › test 12: wrong 12`,
      'failed  missed: too few',
      '::notice title=fm test::13 failed; 1 threshold missed; 4 more errors in the log, because GitHub shows 10 of a step',
    ]);
  });

  it('lets no text begin a command or leave its own', () => {
    for (const text of HOSTILE) {
      const commands = linesOf(reported('github', [hostileSuite(text)])).map(commandOf);
      expect(commands.map((command) => command?.name)).toEqual(['error', 'error', 'notice']);
      for (const command of commands.slice(0, 2)) {
        expect(command?.properties).toMatchObject({ file: fileOf(text), line: '1', col: '1' });
        expect(Object.keys(command?.properties ?? {})).toEqual(['file', 'line', 'col', 'title']);
      }
    }
    const lines = linesOf(reported('github', HOSTILE.map(hostileSuite)));
    expect(lines).toHaveLength(HOSTILE.length * 2 + 1);
    for (const line of lines.slice(10, -1)) {
      expect(commandOf(line)).toBeUndefined();
      expect(line).not.toContain('##[');
    }
  });

  it('cuts what nobody reads in an annotation', () => {
    const long = finding('run', Array.from({ length: 900 }, () => 'much ado about nothing').join(' '), {
      hint: '😀'.repeat(9_000),
    });
    const [line = ''] = linesOf(reported('github', [suite('long', [test('one', { findings: [long] })])]));
    expect(line.length).toBeLessThan(6_000);
    expect(line.isWellFormed()).toBe(true);
  });
});
