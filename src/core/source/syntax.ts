import { quote } from '../quote.ts';

/** What the parser complains about, as a sentence. `back` moves the mark to where the mistake was made. */
export interface SyntaxMessage {
  readonly message: string;
  readonly hint?: string;
  readonly at?: { readonly offset: number; readonly length: number };
}

/** Where the parser stands: the text, the offending range, and the innermost bracket that is open. */
export interface SyntaxContext {
  readonly text: string;
  readonly offset: number;
  readonly length: number;
  readonly open: { readonly bracket: '{' | '['; readonly line: number } | undefined;
}

const WORDS: Readonly<Record<string, string>> = {
  True: 'Write `true`',
  TRUE: 'Write `true`',
  False: 'Write `false`',
  FALSE: 'Write `false`',
  None: 'Write `null`',
  nil: 'Write `null`',
  NULL: 'Write `null`',
  Null: 'Write `null`',
  undefined: 'Write `null`, or leave the field out',
  NaN: 'JSON has no NaN: write `null`',
  Infinity: 'JSON has no Infinity: write `null` or a large number',
  '-': 'Put the number right after the minus',
};

/** The sentence for one error of `jsonc-parser`, by the name of its code. */
export function syntaxMessage(name: string, context: SyntaxContext): SyntaxMessage {
  const found = foundToken(context);
  switch (name) {
    case 'InvalidSymbol':
      return wrongSymbol(context);
    case 'PropertyNameExpected':
    case 'ValueExpected':
      return missingPart(name, context, found);
    case 'ColonExpected':
      return {
        message: `Expected \`:\` after a key, found ${found}`,
        hint: quoteTrap(context) ?? 'Write `"key": value`',
      };
    case 'CommaExpected':
      return missingComma(context, found);
    case 'CloseBraceExpected':
    case 'CloseBracketExpected':
      return neverClosed(context);
    case 'EndOfFileExpected':
      return {
        message: `Expected the end of the file, found ${found}`,
        hint: 'Remove what follows the closing bracket',
      };
    case 'InvalidCommentToken':
      return { message: 'Comments are not allowed here', hint: 'Use the fields `description` and `name` instead' };
    case 'UnexpectedEndOfComment':
      return { message: 'The comment is never closed', hint: 'Close it with `*/`' };
    case 'UnexpectedEndOfString':
      return {
        message: 'The string is not closed on its line',
        hint: 'Close it with `"`; a line break inside is written `\\n`',
      };
    case 'UnexpectedEndOfNumber':
    case 'InvalidNumberFormat':
      return { message: `${found} is not a whole number or decimal`, hint: 'Write digits after the point or exponent' };
    case 'InvalidUnicode':
      return { message: 'Expected four hexadecimal digits after `\\u`' };
    case 'InvalidEscapeCharacter':
      return { message: 'The string holds an escape that JSON does not have', hint: 'A backslash is written `\\\\`' };
    case 'InvalidCharacter':
      return { message: 'The string holds a control character', hint: 'Write a tab as `\\t`, others as `\\u00XX`' };
    default:
      return { message: `This is not JSON (${name})` };
  }
}

function wrongSymbol(context: SyntaxContext): SyntaxMessage {
  const { text, offset, length } = context;
  const token = text.slice(offset, offset + length);
  const message = `${quote(token, 30)} is not JSON`;
  const hint = quoteTrap(context) ?? (Object.hasOwn(WORDS, token) ? WORDS[token] : undefined);
  if (hint) return { message, hint };
  if (token.startsWith("'") || token.startsWith('`'))
    return { message, hint: 'Strings and keys stand in double quotes' };
  if (/^[+.]?\d/.test(token)) return { message, hint: 'Write numbers as `0.5`, `1`, `-2` or `1e3`' };
  if (/^\s*:/.test(text.slice(offset + length, offset + length + 20)))
    return { message, hint: `Put the key in double quotes: "${token.slice(0, 40)}"` };
  return { message, hint: 'Put text in double quotes' };
}

function missingPart(name: string, context: SyntaxContext, found: string): SyntaxMessage {
  const { text, offset } = context;
  const before = text.slice(0, offset).trimEnd();
  const here = text.charAt(offset);
  if (before === '' && here === '') return { message: 'The file is empty', hint: 'A pipeline begins with `{`' };
  if (before.endsWith(',') && (here === '}' || here === ']')) {
    const message = `Nothing follows the comma before \`${here}\``;
    return { message, hint: 'Remove the comma', at: { offset: before.length - 1, length: 1 } };
  }
  if (here === '{' && before.endsWith('{'))
    return {
      message: 'A template must be a string',
      hint: 'Put it in double quotes: "{{ … }}"',
      at: { offset: before.length - 1, length: 2 },
    };
  if (name === 'PropertyNameExpected') return { message: `Expected a key in double quotes, found ${found}` };
  return { message: `Expected a value, found ${found}` };
}

function missingComma(context: SyntaxContext, found: string): SyntaxMessage {
  const { text, offset, open } = context;
  if (/\d/.test(text.charAt(offset)) && /\d/.test(text.charAt(offset - 1))) {
    return {
      message: 'A number cannot begin with 0',
      hint: 'Remove the leading zeros, or put the number in double quotes',
    };
  }
  const close = open?.bracket === '[' ? ']' : '}';
  const wrongEnd = open !== undefined && '}]'.includes(text.charAt(offset) || ' ');
  const hint = wrongEnd
    ? `The \`${open.bracket}\` of line ${open.line} is closed with \`${close}\``
    : (quoteTrap(context) ?? 'Put a comma after the value before it');
  return { message: `Expected \`,\` or \`${close}\`, found ${found}`, hint };
}

function neverClosed({ open, text, offset }: SyntaxContext): SyntaxMessage {
  const close = open?.bracket === '[' ? ']' : '}';
  const message = open
    ? `The \`${open.bracket}\` of line ${open.line} is never closed`
    : `Expected \`${close}\`, found the end of the file`;
  const end = text.trimEnd().length;
  return { message, hint: `Add \`${close}\``, at: { offset: Math.max(0, Math.min(offset, end) - 1), length: 1 } };
}

/** The classic: a double quote inside of an expression ends the JSON string. */
function quoteTrap({ text, offset }: SyntaxContext): string | undefined {
  const line = text.slice(Math.max(text.lastIndexOf('\n', offset - 1) + 1, offset - 500), offset);
  const opened = line.lastIndexOf('{{');
  if (opened === -1 || line.indexOf('}}', opened) !== -1) return undefined;
  return `Inside of an expression write single quotes: {{ stages['my-id'].output }}`;
}

function foundToken({ text, offset, length }: SyntaxContext): string {
  if (offset >= text.length) return 'the end of the file';
  return quote(text.slice(offset, offset + Math.max(1, length)), 30);
}
