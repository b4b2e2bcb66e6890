import type { Evaluation } from '../evaluation.ts';
import { fault } from '../fault.ts';
import type { Signature } from '../tree.ts';
import { textArgument, wholeArgument } from './arguments.ts';
import { charactersBefore, countCharacters, isFlat, offsetOf, unitsAt } from './characters.ts';
import { searcher } from './search.ts';

const lower = whole('lower', (text) => text.toLowerCase());
const upper = whole('upper', (text) => text.toUpperCase());
const trim = whole('trim', (text) => text.trim());

/** A function that makes one text of another in one go. */
function whole(name: string, make: (text: string) => string): Signature {
  return {
    name,
    form: `x.${name}()`,
    least: 1,
    most: 1,
    kind: 'text',
    run(evaluation, call, value) {
      const text = textArgument(call, 0, value);
      evaluation.spend(1 + (text.length >> 5));
      const made = make(text);
      evaluation.build(made.length);
      return made;
    },
  };
}

const contains = question('contains', (evaluation, text, part) => searcher(evaluation, text, part)(0) >= 0);
const startsWith = question('startsWith', (evaluation, text, part) => {
  evaluation.spend(part.length >> 6);
  return text.startsWith(part);
});
const endsWith = question('endsWith', (evaluation, text, part) => {
  evaluation.spend(part.length >> 6);
  return text.endsWith(part);
});

function question(name: string, ask: (evaluation: Evaluation, text: string, part: string) => boolean): Signature {
  return {
    name,
    form: `x.${name}(text)`,
    least: 2,
    most: 2,
    kind: 'boolean',
    run(evaluation, call, value, part) {
      if (Array.isArray(value)) {
        const [list, item] = call.args.map((argument) => argument.text);
        fault(
          'type_mismatch',
          `${call.signature.form} takes text, but ${list} is a list`,
          call,
          `Write \`${item} in ${list}\``,
        );
      }
      return ask(evaluation, textArgument(call, 0, value), textArgument(call, 1, part));
    },
  };
}

const indexOf: Signature = {
  name: 'indexOf',
  form: 'x.indexOf(text)',
  least: 2,
  most: 2,
  kind: 'number',
  run(evaluation, call, value, part) {
    const text = textArgument(call, 0, value);
    const offset = searcher(evaluation, text, textArgument(call, 1, part))(0);
    return offset <= 0 || isFlat(evaluation, text) ? offset : charactersBefore(evaluation, text, offset);
  },
};

const substring: Signature = {
  name: 'substring',
  form: 'x.substring(from, to)',
  least: 2,
  most: 3,
  kind: 'text',
  run(evaluation, call, value, from, to) {
    const text = textArgument(call, 0, value);
    const length = countCharacters(evaluation, text);
    const start = wholeArgument(call, 1, from);
    const end = call.args.length > 2 ? wholeArgument(call, 2, to) : length;
    if (start < 0 || end < start || end > length) {
      const range = call.args.length > 2 ? `from ${start} to ${end}` : `from ${start}`;
      fault(
        'invalid_argument',
        `${call.args[0]?.text} has ${length} characters, so there is no substring ${range}`,
        call,
        `Keep within it: \`x.substring(0, min(${Math.max(end, start)}, size(x)))\``,
      );
    }
    const flat = length === text.length;
    const [a, b] = flat ? [start, end] : [offsetOf(evaluation, text, start), offsetOf(evaluation, text, end)];
    evaluation.build(b - a);
    return text.slice(a, b);
  },
};

const split: Signature = {
  name: 'split',
  form: 'x.split(sep)',
  least: 2,
  most: 2,
  kind: 'list',
  run(evaluation, call, value, separator) {
    const text = textArgument(call, 0, value);
    const sep = textArgument(call, 1, separator);
    return sep === '' ? characters(evaluation, text) : pieces(evaluation, text, sep);
  },
};

function pieces(evaluation: Evaluation, text: string, separator: string): string[] {
  const find = searcher(evaluation, text, separator);
  const parts: string[] = [];
  let start = 0;
  for (let at = find(0); at >= 0; at = find(start)) {
    push(evaluation, parts, text.slice(start, at));
    start = at + separator.length;
  }
  push(evaluation, parts, text.slice(start));
  return parts;
}

function characters(evaluation: Evaluation, text: string): string[] {
  const parts: string[] = [];
  for (let at = 0; at < text.length; ) {
    const units = unitsAt(text, at);
    push(evaluation, parts, text.slice(at, at + units));
    at += units;
  }
  return parts;
}

function push(evaluation: Evaluation, parts: string[], part: string): void {
  evaluation.spend(1);
  evaluation.build(part.length + 8);
  parts.push(part);
}

const replace: Signature = {
  name: 'replace',
  form: 'x.replace(a, b)',
  least: 3,
  most: 3,
  kind: 'text',
  run(evaluation, call, value, search, replacement) {
    const text = textArgument(call, 0, value);
    const old = textArgument(call, 1, search);
    const fresh = textArgument(call, 2, replacement);
    return old === '' ? between(evaluation, text, fresh) : replaceAll(evaluation, text, old, fresh);
  },
};

function replaceAll(evaluation: Evaluation, text: string, old: string, fresh: string): string {
  const find = searcher(evaluation, text, old);
  let made = '';
  let start = 0;
  for (let at = find(0); at >= 0; at = find(start)) {
    evaluation.spend(1);
    evaluation.build(at - start + fresh.length);
    made += text.slice(start, at) + fresh;
    start = at + old.length;
  }
  if (start === 0) return text;
  evaluation.build(text.length - start);
  return made + text.slice(start);
}

/** The empty text is found before, between and after all characters. */
function between(evaluation: Evaluation, text: string, fresh: string): string {
  const parts = characters(evaluation, text);
  evaluation.build(text.length + (parts.length + 1) * fresh.length);
  return fresh + parts.map((part) => part + fresh).join('');
}

export const TEXT_FUNCTIONS: readonly Signature[] = [
  lower,
  upper,
  trim,
  split,
  replace,
  contains,
  startsWith,
  endsWith,
  indexOf,
  substring,
];
