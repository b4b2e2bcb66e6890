import { describe, expect, it } from 'vitest';
import { finds } from './expression-finds.ts';
import { problems } from './expression-world.ts';

/** Text that is no expression, or too large a one. */

finds('EXPRESSION_SYNTAX', [
  ['input.größe', 'ö', '`ö` was not expected here', 'Names with other letters go in brackets: `input["größe"]`'],
  ['$.name', '$', '`$` was not expected here', 'A path begins with `input`, `stages`, `context`, `vars` or `secrets`'],
  ['', '', 'The expression is empty', 'Write what is to be read here'],
  ['1 +', '', 'A value is missing at the end'],
  ['input.items.map(i, i.id', '', '`)` was expected, not the end of the expression'],
  ['[1, 2', '', '`]` was expected, not the end of the expression'],
  ['input..name', '.', 'A name was expected, not `.`'],
  ['input.a = 1', '=', '`=` was not expected here', 'Compare with `==`; nothing is assigned in an expression'],
  ['a and b', 'and', '`and` was not expected here', 'Write `&&`'],
  ['input.a or input.b', 'or', '`or` was not expected here', 'Write `||`'],
  ['input.a & 1', '&', '`&` was not expected here', 'Write `&&`'],
  ['input.a; 1', ';', '`;` was not expected here', 'One expression, without `;`'],
  ['"open', '"open', 'The text is not closed', 'End it with "'],
  ["'a\nb'", '\n', 'A line ends inside a text', 'Write \\n, or put the text in triple quotes'],
  ['`a`', '`', '``` was not expected here', 'Text goes in "double" or \'single\' quotes'],
  ['input.x == 😀', '😀', '`😀` was not expected here'],
  ['if', 'if', '`if` is a reserved word', 'After a dot it is allowed: `input.if`'],
  [
    'input.items.map(i => i.id)',
    '=',
    '`=` was not expected here',
    'Compare with `==`; nothing is assigned in an expression',
  ],
  [
    'input.items.map(i.id, 1)',
    'id',
    "A variable's name was expected, not `id`",
    'It looks like `input.items.map(x, x.name)`',
  ],
  ['"\\q"', '\\q', 'Invalid escape sequence: \\q'],
  ['b"é"', 'b"é"', 'Bytes are written in ASCII', 'Write other bytes as `\\xE9`'],
]);

describe('limits of the text', () => {
  it('has at most 200 parts and 24 levels', () => {
    const sum = (parts: number): string => Array(parts).fill('1').join('+');
    expect(problems(sum(100))).toEqual([]);
    expect(problems(sum(101))).toMatchObject([
      { code: 'limit_exceeded', message: 'The expression has more than 200 parts' },
    ]);
    expect(problems(`${'['.repeat(23)}1${']'.repeat(23)}`)).toEqual([]);
    expect(problems(`${'['.repeat(24)}1${']'.repeat(24)}`)).toMatchObject([
      { code: 'limit_exceeded', message: 'The expression is nested deeper than 24 levels' },
    ]);
  });

  it.each([
    [`${'!'.repeat(100_000)}true`],
    [`${'-'.repeat(1_000_000)}1`],
    [`${'('.repeat(100_000)}1`],
    ['['.repeat(100_000)],
    ['{"a":'.repeat(100_000)],
    [`1${'?1:1'.repeat(10_000)}`],
    [`input${'.a'.repeat(10_000)}`],
    [`input${'[0]'.repeat(10_000)}`],
    ['f('.repeat(100_000)],
    // A comment of one line hides the quote from whoever only looks for quotes.
    [`1 // }} "\n + ${'!'.repeat(100_000)}true`],
    [`[${'1,'.repeat(100_000)}1]`],
  ])('refuses what would not fit on the stack', (source) => {
    expect(problems(source)).toMatchObject([{ code: 'limit_exceeded' }]);
  });

  it.each([
    ['a name', `input.${'a'.repeat(1_000_000)} + x`],
    ['a number', `${'9'.repeat(500_000)}`],
    ['a name before a hyphen', `${'a'.repeat(1_000_000)}-b`],
    ['white space', `${' '.repeat(1_000_000)}x`],
    ['a text', `"${'\\n'.repeat(300_000)}" + x`],
    ['a comment', `x // ${'}'.repeat(1_000_000)}`],
    ['quotes', `"'`.repeat(300_000)],
  ])('reads long text in one go: %s', (_what, source) => {
    const found = problems(source);
    expect(found).not.toEqual([]);
    for (const { message } of found) expect(message.length).toBeLessThan(300);
  });

  it('counts no operators in texts and comments', () => {
    expect(problems(`"${'!'.repeat(1_000)}" // ${'-'.repeat(1_000)}`)).toEqual([]);
  });
});
