import { RE2JS, RE2JSException } from 're2js';
import { fault } from '../fault.ts';
import { Kept } from '../kept.ts';
import type { Signature } from '../tree.ts';
import { textArgument } from './arguments.ts';

/** RE2 finds in time linear in the text, times the size of the pattern's program; that is what is bounded here. */
const LONGEST_PATTERN = 1_000;
const LARGEST_PROGRAM = 5_000;

const matches: Signature = {
  name: 'matches',
  form: 'x.matches(re)',
  least: 2,
  most: 2,
  kind: 'boolean',
  check(call) {
    const pattern = call.args[1];
    if (pattern?.op !== 'constant' || typeof pattern.value !== 'string') return undefined;
    const compiled = compilePattern(pattern.value);
    return typeof compiled === 'string' ? compiled : undefined;
  },
  make() {
    const kept = new Kept<RE2JS>();
    return (evaluation, call, value, source) => {
      const text = textArgument(call, 0, value);
      const pattern = textArgument(call, 1, source);
      const compiled = kept.get(pattern, () => {
        const made = compilePattern(pattern, (size) => evaluation.spend(500 + 2 * size));
        return typeof made === 'string' ? fault('invalid_argument', made, call.args[1]) : made;
      });
      // Measured: 0.2 µs per character, and 15 ns for each instruction that may be active at it.
      evaluation.spend(1 + Math.ceil((text.length * (8 + compiled.programSize())) / 32));
      return compiled.test(text);
    };
  },
};

/** The compiled pattern, or why it is none. `pay` is called with its size before the work is done. */
function compilePattern(source: string, pay: (size: number) => void = () => {}): RE2JS | string {
  if (source.length > LONGEST_PATTERN) return `A pattern has at most ${LONGEST_PATTERN} characters`;
  const size = estimate(source);
  if (size > LARGEST_PROGRAM) return 'The pattern repeats too much, e.g. (a{100}){100}';
  pay(size);
  try {
    return RE2JS.compile(source);
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error;
    return `The pattern is not one of RE2: ${error.message.slice(0, 120).replace(/^error parsing regexp: /, '')}`;
  }
}

/** About how many instructions a pattern becomes: its atoms, times the counts of the repetitions around them. */
function estimate(source: string): number {
  const groups: number[] = [0];
  let last = 0;
  for (let i = 0; i < source.length; i++) {
    const unit = source[i];
    const top = groups.length - 1;
    if (unit === '(') {
      groups.push(0);
      i += /^\?(?:P?<\w+>|[imsU-]*:)/.exec(source.slice(i + 1, i + 40))?.[0].length ?? 0;
    } else if (unit === ')' && top > 0) {
      last = 1 + (groups.pop() as number);
      groups[top - 1] = (groups[top - 1] as number) + last;
    } else if (unit === '{') {
      const [, from = '1', to = from] = /^\{(\d{1,5})(?:,(\d{0,5}))?\}/.exec(source.slice(i, i + 13)) ?? [];
      groups[top] = (groups[top] as number) + last * Math.max(Number(from), Number(to || from), 1);
    } else {
      if (unit === '\\') i++;
      else if (unit === '[') i = endOfClass(source, i);
      last = 1;
      groups[top] = (groups[top] as number) + 1;
    }
  }
  return groups.reduce((total, size) => total + size, 0);
}

/** The offset of the bracket that closes a class; `]` right at its start is a member. */
function endOfClass(source: string, start: number): number {
  let i = start + (source[start + 1] === '^' ? 2 : 1);
  for (i++; i < source.length && source[i] !== ']'; i++) if (source[i] === '\\') i++;
  return i;
}

export const PATTERN_FUNCTIONS: readonly Signature[] = [matches];
