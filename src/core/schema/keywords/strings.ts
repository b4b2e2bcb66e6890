import { quote, quoteValue } from '../../quote.ts';
import type { Evaluation } from '../evaluation.ts';
import { FORMATS } from '../formats.ts';
import { testPattern } from '../pattern.ts';
import { count } from '../show.ts';
import type { Keywords } from './keyword.ts';

export const STRING_KEYWORDS: Keywords = {
  minLength: (limit) => (data, evaluation) =>
    typeof data !== 'string' ||
    data.length >= limit * 2 ||
    characters(data, evaluation) >= limit ||
    evaluation.error('minLength', () => `must have at least ${count(limit, 'character')}, found ${quoteValue(data)}`),
  maxLength: (limit) => (data, evaluation) =>
    typeof data !== 'string' ||
    data.length <= limit ||
    characters(data, evaluation) <= limit ||
    evaluation.error(
      'maxLength',
      () => `must have at most ${count(limit, 'character')}, has ${characters(data, evaluation)}`,
    ),
  pattern: (source, _schema, compiler) => {
    const pattern = compiler.pattern(source);
    return (data, evaluation) =>
      typeof data !== 'string' ||
      testPattern(pattern, data, evaluation.budget) ||
      evaluation.error('pattern', () => `must match the pattern ${quote(source)}, found ${quoteValue(data)}`);
  },
  format: (name) => {
    const format = Object.hasOwn(FORMATS, name) ? FORMATS[name] : undefined;
    if (!format) return undefined;
    return (data, evaluation) => {
      if (typeof data !== 'string') return true;
      evaluation.budget.spend(data.length >> 4);
      return (
        format.test(data) ||
        evaluation.error(
          'format',
          () => `must be a valid ${name}, such as ${format.example}; found ${quoteValue(data)}`,
        )
      );
    };
  },
};

/** Unicode characters, not UTF-16 units. */
function characters(text: string, evaluation: Evaluation): number {
  evaluation.budget.spend(text.length >> 4);
  let pairs = 0;
  for (let i = 0; i < text.length - 1; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0xd800 || unit > 0xdbff) continue;
    const next = text.charCodeAt(i + 1);
    if (next < 0xdc00 || next > 0xdfff) continue;
    pairs++;
    i++;
  }
  return text.length - pairs;
}
