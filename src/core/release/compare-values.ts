import type { Json } from '../json.ts';
import { own } from '../json.ts';
import { quote, quoteList, quoteValue } from '../quote.ts';
import type { Direction, Finding, Keywords, Spot } from './finding.ts';
import { uniqueItems } from './meaning.ts';

const TYPES = ['null', 'boolean', 'object', 'array', 'string', 'integer', 'number'];

/** Values or types that are no longer possible (input), or are new (output): at most one finding, the clearer one. */
export function valueFinding(direction: Direction, old: Keywords, current: Keywords, spot: Spot): Finding | undefined {
  const input = direction === 'input';
  const [loose, strict] = input ? [old, current] : [current, old];
  const [values, allowed] = [valuesOf(loose), valuesOf(strict)];
  if (values) {
    const known = uniqueItems(allowed ?? values);
    const lost = [...uniqueItems(values)]
      .filter(([text, value]) => !known.has(text) || !isOfType(value, strict))
      .map(([, value]) => value);
    if (lost.length === 0) return undefined;
    const what = input ? 'no longer takes' : 'may now be';
    const message = `${quote(spot.data)} ${what} ${lost
      .slice(0, 12)
      .map((value) => quoteValue(value, 40))
      .join(', ')}`;
    return finding(input ? 'values-narrowed' : 'values-widened', keywordOf(current), message, old, current, spot);
  }
  if (allowed) {
    const what = input ? 'takes some values only now' : 'may now be any value';
    const reason = input ? 'values-narrowed' : 'values-widened';
    return finding(reason, keywordOf(strict), `${quote(spot.data)} ${what}`, old, current, spot);
  }
  const lost = typesOf(loose).filter((type) => !hasType(strict, type));
  if (lost.length === 0) return undefined;
  const every = lost.length === TYPES.length - 1 && !own(loose, 'type');
  const types = every ? 'other types' : quoteList(lost);
  const message = `${quote(spot.data)} ${input ? 'no longer takes' : 'may now be'} ${types}`;
  return finding(input ? 'type-narrowed' : 'type-widened', 'type', message, old, current, spot);
}

function keywordOf(keywords: Keywords): string {
  return Object.hasOwn(keywords, 'const') ? 'const' : Object.hasOwn(keywords, 'enum') ? 'enum' : 'type';
}

/** The only values that a schema allows, when it lists them. */
function valuesOf(keywords: Keywords): readonly Json[] | undefined {
  if (Object.hasOwn(keywords, 'const')) return [keywords.const ?? null];
  return Array.isArray(keywords.enum) ? keywords.enum : undefined;
}

/** The types that a schema allows; all but `integer`, which `number` includes, when it names none. */
function typesOf(keywords: Keywords): readonly string[] {
  const { type } = keywords;
  if (typeof type === 'string') return [type];
  if (Array.isArray(type)) return type.filter((name) => typeof name === 'string');
  return TYPES.filter((name) => name !== 'integer');
}

function hasType(keywords: Keywords, type: string): boolean {
  const types = typesOf(keywords);
  return types.includes(type) || (type === 'integer' && types.includes('number'));
}

function isOfType(value: Json, keywords: Keywords): boolean {
  if (value === null) return hasType(keywords, 'null');
  if (Array.isArray(value)) return hasType(keywords, 'array');
  if (typeof value === 'number') return hasType(keywords, Number.isInteger(value) ? 'integer' : 'number');
  return hasType(keywords, typeof value);
}

function finding(
  reason: Finding['reason'],
  keyword: string,
  message: string,
  old: Keywords,
  current: Keywords,
  spot: Spot,
): Finding {
  const [before, after] = [old, current].map((keywords) => own(keywords, keyword) as Json | undefined);
  return {
    reason,
    path: [...spot.path, keyword],
    message,
    ...(before === undefined ? undefined : { before }),
    ...(after === undefined ? undefined : { after }),
  };
}
