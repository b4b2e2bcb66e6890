import { parseDuration } from '../duration.ts';
import { isObject, type Json } from '../json.ts';
import { quote, quoteList, quoteValue } from '../quote.ts';
import { ERROR_TYPES, NEVER_RETRIED } from '../run.ts';
import { nearest } from '../suggest.ts';
import { didYouMean, type Kind } from './fit.ts';

const NAME = /^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$/;
const ID = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** Words that an expression could not use as an id (PIPELINES.md 2). */
const RESERVED_IDS: ReadonlySet<string> = new Set(['in', 'true', 'false', 'null']);
/** The expression that semver.org recommends. */
const SEMVER =
  /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(?:-((?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*)(?:\.(?:0|[1-9]\d*|\d*[a-zA-Z-][0-9a-zA-Z-]*))*))?(?:\+([0-9a-zA-Z-]+(?:\.[0-9a-zA-Z-]+)*))?$/;
const LONGEST_NAME = 100;

/** The rules of a pipeline file that a JSON Schema can only hint at; `definition.ts` refers to them by name. */
export const KINDS: Readonly<Record<string, Kind>> = {
  name: checkName,
  id: checkId,
  version: checkVersion,
  duration: (value) => checkDuration(value, false),
  timeout: (value) => checkDuration(value, true),
  condition: checkCondition,
  expression: checkExpression,
  schema: checkSchemaShape,
  retriedType: checkRetriedType,
};

/** Error types that `retry.on` may list (PIPELINES.md 4). */
export const RETRIED_TYPES: readonly string[] = ERROR_TYPES.filter((type) => !NEVER_RETRIED.has(type));

function checkName(value: Json): ReturnType<Kind> {
  if (typeof value !== 'string') return notA('a string', value);
  if (value.length > LONGEST_NAME) {
    return { code: 'INVALID_NAME', message: `must have at most ${LONGEST_NAME} characters, found ${value.length}` };
  }
  if (NAME.test(value)) return undefined;
  const message = `must be lower-case letters and digits in words joined by \`-\`, \`_\` or \`.\`, beginning with a letter; found ${quoteValue(value)}`;
  return { code: 'INVALID_NAME', message, hint: tryInstead(toName(value), NAME) };
}

function checkId(value: Json): ReturnType<Kind> {
  if (typeof value !== 'string') return notA('a string', value);
  if (RESERVED_IDS.has(value)) {
    return {
      code: 'INVALID_ID',
      message: `must not be ${quoteValue(value)}, which means something else in an expression`,
      hint: `Rename it, e.g. \`${value}-1\``,
    };
  }
  if (ID.test(value)) return undefined;
  const message = `must be letters, digits, \`_\` and \`-\`, beginning with a letter; found ${quoteValue(value)}`;
  return {
    code: 'INVALID_ID',
    message,
    hint: tryInstead(
      value
        .trim()
        .replaceAll(/[^A-Za-z0-9_-]+/g, '-')
        .replace(/^[^A-Za-z]+/, ''),
      ID,
    ),
  };
}

function checkVersion(value: Json): ReturnType<Kind> {
  if (typeof value !== 'string') return notA('a string', value);
  if (SEMVER.test(value)) return undefined;
  const [major, minor = '0', patch = '0', ...rest] = value.replace(/^v/, '').split('.');
  const guess = `${major}.${minor}.${patch}`;
  const message = `must be a semantic version, found ${quoteValue(value)}`;
  return {
    code: 'INVALID_VERSION',
    message,
    hint: rest.length === 0 && SEMVER.test(guess) ? `Write \`"${guess}"\`` : 'Write `"1.0.0"`',
  };
}

function checkDuration(value: Json, positive: boolean): ReturnType<Kind> {
  const ms = parseDuration(value);
  if (ms === undefined || !Number.isFinite(ms)) {
    const message = `must be seconds or a text such as \`"250ms"\`, \`"1.5s"\`, \`"5m"\`, \`"2h"\`, \`"7d"\`; found ${quoteValue(value)}`;
    return { code: 'INVALID_DURATION', message, hint: durationHint(value) };
  }
  if (!positive || ms > 0) return undefined;
  return { code: 'INVALID_DURATION', message: 'must be more than 0', hint: 'Leave the field out for the default' };
}

function durationHint(value: Json): string | undefined {
  if (typeof value === 'number') return value < 0 ? 'A duration is never negative' : undefined;
  if (typeof value !== 'string') return undefined;
  if (value.includes('{{')) return 'Templates stand only inside of `config`';
  const parts = /^\s*(\d+(?:\.\d+)?)\s*(ms|milli|s|m|h|d)?[a-z]*\s*$/i.exec(value);
  if (!parts) return undefined;
  const unit = (parts[2] ?? 's').toLowerCase();
  return `Write \`"${parts[1]}${unit === 'milli' ? 'ms' : unit}"\``;
}

function checkCondition(value: Json): ReturnType<Kind> {
  return typeof value === 'string' || typeof value === 'boolean'
    ? undefined
    : notA('an expression or a boolean', value);
}

function checkExpression(value: Json): ReturnType<Kind> {
  return typeof value === 'string' ? undefined : notA('an expression', value);
}

function checkSchemaShape(value: Json): ReturnType<Kind> {
  return isObject(value) || typeof value === 'boolean'
    ? undefined
    : notA('a JSON Schema (an object, or a boolean)', value);
}

function checkRetriedType(value: Json): ReturnType<Kind> {
  if (typeof value !== 'string') return notA('an error type', value);
  if (RETRIED_TYPES.includes(value)) return undefined;
  if (ERROR_TYPES.some((type) => type === value)) {
    const message = `is ${quote(value)}, which is never retried: it would fail in the same way`;
    return { code: 'NEVER_RETRIED', message, hint: `These can be: ${quoteList(RETRIED_TYPES)}` };
  }
  const message = `must be one of ${quoteList(RETRIED_TYPES)}, found ${quoteValue(value)}`;
  return { code: 'INVALID_VALUE', message, hint: didYouMean(nearest(value, RETRIED_TYPES)) };
}

function notA(expected: string, value: Json): NonNullable<ReturnType<Kind>> {
  return { code: 'WRONG_TYPE', message: `must be ${expected}, found ${quoteValue(value)}` };
}

/** A name as people mean it: `My Pipeline` is `my-pipeline`, `myPipeline` too. */
function toName(text: string): string {
  return text
    .trim()
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '');
}

function tryInstead(text: string, form: RegExp): string | undefined {
  return form.test(text) && text.length <= LONGEST_NAME ? `Write \`"${text}"\`` : undefined;
}
