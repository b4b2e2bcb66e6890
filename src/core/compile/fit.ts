import { isObject, type Json, type JsonPath, type JsonSchema, own } from '../json.ts';
import { quote, quoteList, quoteValue } from '../quote.ts';
import { nearest } from '../suggest.ts';

/** Where a value does not fit its schema. */
export interface Misfit {
  readonly code: string;
  readonly path: JsonPath;
  readonly part: 'key' | 'value';
  readonly message: string;
  readonly hint?: string | undefined;
}

/** What a string of the value may become before it is used: itself, some other text, or any JSON. */
export type Wild = 'constant' | 'text' | 'any';

/** A named rule that stands for `$ref: "#/$defs/<name>"`: it checks and complains better than a schema can. */
export type Kind = (value: Json) => { code: string; message: string; hint?: string | undefined } | undefined;

export interface FitOptions {
  /** What the value is called in messages: `a stage`, ``the config of `delay` ``. */
  readonly title: string;
  readonly wild?: (text: string, path: JsonPath) => Wild;
  readonly kinds?: Readonly<Record<string, Kind>>;
  /** What a part is called in messages, where its key does not say it: `a stage`. */
  readonly describe?: (path: JsonPath) => string | undefined;
}

/** What one check may cost; a schema that branches without end is left to the check at run time. */
const MOST_STEPS = 200_000;

/**
 * Where a value that may hold templates cannot fit a schema, whatever they resolve to. A JSON Schema validator knows
 * no wildcards, so this is our own: it reads the keywords that config schemas use and passes what it does not know
 * (`pattern`, `format`, …), because the executor validates the resolved config again.
 */
export function findMisfits(schema: JsonSchema, value: Json, options: FitOptions): Misfit[] {
  return new Fit(schema, options).check(schema, value, []);
}

class Fit {
  readonly #root: JsonSchema;
  readonly #options: FitOptions;
  #steps = 0;

  constructor(root: JsonSchema, options: FitOptions) {
    this.#root = root;
    this.#options = options;
  }

  check(schema: unknown, value: Json, path: JsonPath): Misfit[] {
    if (!isObject(schema) || ++this.#steps > MOST_STEPS) return [];
    const wild = typeof value === 'string' ? (this.#options.wild?.(value, path) ?? 'constant') : 'constant';
    if (wild === 'any') return [];
    const kind = this.#kind(schema);
    if (kind) {
      const complaint = wild === 'constant' ? kind(value) : undefined;
      return complaint ? [{ path, part: 'value', ...complaint, message: this.#named(path, complaint.message) }] : [];
    }
    const target = this.#deref(schema);
    const wrongType = this.#checkType(target, value, path);
    if (wrongType) return [wrongType];
    const misfits = wild === 'text' ? [] : this.#checkValue(target, value, path);
    if (Array.isArray(value)) misfits.push(...this.#checkList(target, value, path));
    else if (isObject(value)) misfits.push(...this.#checkObject(target, value, path));
    for (const part of listOf(target.allOf)) misfits.push(...this.check(part, value, path));
    const options = listOf(target.anyOf ?? target.oneOf);
    if (options.length > 0) misfits.push(...this.#checkOptions(options, value, path));
    return misfits;
  }

  #kind(schema: Record<string, unknown>): Kind | undefined {
    const name = refName(schema);
    const { kinds } = this.#options;
    return name !== undefined && kinds && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  }

  #deref(schema: Record<string, unknown>): Record<string, unknown> {
    let target = schema;
    for (let hops = 0; hops < 16; hops++) {
      const name = refName(target);
      const definitions = isObject(this.#root) ? own(this.#root, '$defs') : undefined;
      const next = name !== undefined && isObject(definitions) ? own(definitions, name) : undefined;
      if (!isObject(next)) return target;
      target = next;
    }
    return {};
  }

  #checkType(schema: Record<string, unknown>, value: Json, path: JsonPath): Misfit | undefined {
    const types = typeof schema.type === 'string' ? [schema.type] : listOf(schema.type).map(String);
    if (types.length === 0 || types.some((type) => isOfType(type, value))) return undefined;
    const expected = types.map(typeName).join(' or ');
    const message = `must be ${expected}, found ${quoteValue(value)}`;
    const hint = conversionHint(types, value);
    return { code: 'WRONG_TYPE', path, part: 'value', message: this.#named(path, message), hint };
  }

  #checkValue(schema: Record<string, unknown>, value: Json, path: JsonPath): Misfit[] {
    const misfits: Misfit[] = [];
    const invalid = (message: string, hint?: string) =>
      misfits.push({ code: 'INVALID_VALUE', path, part: 'value', message: this.#named(path, message), hint });
    const allowed = 'const' in schema ? [schema.const] : listOf(schema.enum);
    if (allowed.length > 0 && !allowed.some((item) => same(item, value))) {
      const names = allowed.map(String);
      const near = typeof value === 'string' ? nearest(value, names) : undefined;
      const known = quoteList(names, 20);
      invalid(`must be ${names.length > 1 ? 'one of ' : ''}${known}, found ${quoteValue(value)}`, didYouMean(near));
    }
    if (typeof value === 'number') {
      if (isBelow(value, schema.minimum)) invalid(`must be ${schema.minimum} or more, found ${value}`);
      if (isBelow(schema.maximum, value)) invalid(`must be ${schema.maximum} or less, found ${value}`);
      if (isBelow(value, schema.exclusiveMinimum, true))
        invalid(`must be more than ${schema.exclusiveMinimum}, found ${value}`);
      if (isBelow(schema.exclusiveMaximum, value, true))
        invalid(`must be less than ${schema.exclusiveMaximum}, found ${value}`);
    } else if (typeof value === 'string') {
      if (value === '' && isBelow(0, schema.minLength)) invalid('must not be empty');
      else if (isBelow(value.length, schema.minLength)) invalid(`must have ${schema.minLength} characters or more`);
      if (isBelow(schema.maxLength, value.length))
        invalid(`must have at most ${schema.maxLength} characters, found ${value.length}`);
    } else if (Array.isArray(value)) {
      if (isBelow(value.length, schema.minItems))
        invalid(`must have ${itemCount(schema.minItems)} or more, found ${value.length}`);
      if (isBelow(schema.maxItems, value.length))
        invalid(`must have at most ${itemCount(schema.maxItems)}, found ${value.length}`);
    }
    return misfits;
  }

  #checkList(schema: Record<string, unknown>, list: Json[], path: JsonPath): Misfit[] {
    const first = listOf(schema.prefixItems);
    const misfits: Misfit[] = [];
    for (const [i, item] of list.entries()) misfits.push(...this.check(first[i] ?? schema.items, item, [...path, i]));
    return misfits;
  }

  #checkObject(schema: Record<string, unknown>, object: { [key: string]: Json }, path: JsonPath): Misfit[] {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const misfits: Misfit[] = [];
    for (const [key, value] of Object.entries(object)) {
      const place = [...path, key];
      if (Object.hasOwn(properties, key)) misfits.push(...this.check(properties[key], value, place));
      else if (schema.additionalProperties === false) misfits.push(this.#unknownField(key, properties, place));
      else misfits.push(...this.check(schema.additionalProperties, value, place));
    }
    for (const key of listOf(schema.required).map(String)) {
      const property = own(properties, key);
      if (Object.hasOwn(object, key) || (isObject(property) && 'default' in property)) continue;
      const message = `${quote(key)} is missing in ${this.#title(path)}`;
      misfits.push({
        code: 'REQUIRED_FIELD',
        path,
        part: 'value',
        message,
        hint: this.#howToAdd(key, properties[key]),
      });
    }
    return misfits;
  }

  #unknownField(key: string, properties: Record<string, unknown>, path: JsonPath): Misfit {
    const title = this.#title(path.slice(0, -1));
    const names = Object.keys(properties);
    const hint =
      didYouMean(nearest(key, names)) ?? (names.length > 0 ? `Known here: ${quoteList(names, 30)}` : undefined);
    return { code: 'UNKNOWN_FIELD', path, part: 'key', message: `${quote(key)} is not a field of ${title}`, hint };
  }

  /** A value has to fit one option: the complaints of the one that it comes closest to. */
  #checkOptions(options: readonly unknown[], value: Json, path: JsonPath): Misfit[] {
    let best: Misfit[] | undefined;
    const expected: string[] = [];
    for (const option of options) {
      const misfits = this.check(option, value, path);
      if (misfits.length === 0) return [];
      const ofType = !misfits.some((misfit) => misfit.code === 'WRONG_TYPE' && misfit.path.length === path.length);
      if (ofType && (!best || weight(misfits, path) < weight(best, path))) best = misfits;
      expected.push(this.#describe(option));
    }
    if (best) return this.#wrongTag(best, options, value, path) ?? best;
    const message = `must be ${[...new Set(expected)].join(' or ')}, found ${quoteValue(value)}`;
    return [{ code: 'WRONG_TYPE', path, part: 'value', message: this.#named(path, message) }];
  }

  /** When the member that tells the options apart (`type`) fits none of them: what it may be. */
  #wrongTag(best: readonly Misfit[], options: readonly unknown[], value: Json, path: JsonPath): Misfit[] | undefined {
    const tag = best.find((misfit) => isTagMisfit(misfit, path))?.path.at(-1);
    if (typeof tag !== 'string' || !isObject(value)) return undefined;
    const allowed = options.flatMap((option) => {
      const properties = isObject(option) ? this.#deref(option).properties : undefined;
      const schema = isObject(properties) ? own(properties, tag) : undefined;
      if (!isObject(schema)) return [];
      return 'const' in schema ? [schema.const] : [...listOf(schema.enum)];
    });
    const found = own(value, tag) as Json; // a member of a JSON object is JSON
    return allowed.length > 1 ? this.#checkValue({ enum: allowed }, found, [...path, tag]) : undefined;
  }

  #describe(schema: unknown): string {
    if (!isObject(schema)) return 'something else';
    const target = this.#deref(schema);
    if ('const' in target) return quoteValue(target.const);
    if (Array.isArray(target.enum)) return `one of ${quoteList(target.enum.map(String))}`;
    const items = target.type === 'array' && isObject(target.items) ? this.#deref(target.items).type : undefined;
    if (items === 'string') return 'a list of strings';
    return typeof target.type === 'string' ? typeName(target.type) : 'something else';
  }

  #howToAdd(key: string, schema: unknown): string {
    const target = isObject(schema) ? this.#deref(schema) : {};
    const type = typeof target.type === 'string' ? target.type : 'string';
    const samples: Record<string, string> = {
      object: '{ … }',
      array: '[ … ]',
      number: '1',
      integer: '1',
      boolean: 'true',
    };
    const example = listOf(target.examples)[0];
    return `Add \`"${key}": ${example === undefined ? (samples[type] ?? '"…"') : JSON.stringify(example)}\``;
  }

  #title(path: JsonPath): string {
    if (path.length === 0) return this.#options.title;
    const described = this.#options.describe?.(path);
    if (described !== undefined) return described;
    const last = path.at(-1);
    return typeof last === 'number' ? `item ${last + 1} of ${this.#title(path.slice(0, -1))}` : quote(String(last));
  }

  #named(path: JsonPath, message: string): string {
    return `${capitalize(this.#title(path))} ${message}`;
  }
}

export function didYouMean(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `Did you mean ${quote(name)}?`;
}

/** Few complaints are better than many, and a wrong `type` of a tagged object is worse than a wrong member. */
function weight(misfits: readonly Misfit[], path: JsonPath): number {
  return misfits.length + (misfits.some((misfit) => isTagMisfit(misfit, path)) ? 1_000 : 0);
}

function isTagMisfit(misfit: Misfit, path: JsonPath): boolean {
  return misfit.code === 'INVALID_VALUE' && misfit.path.length === path.length + 1;
}

function refName(schema: Record<string, unknown>): string | undefined {
  const ref = schema.$ref;
  return typeof ref === 'string' && ref.startsWith('#/$defs/') ? ref.slice('#/$defs/'.length) : undefined;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isBelow(a: unknown, b: unknown, orEqual = false): boolean {
  if (typeof a !== 'number' || typeof b !== 'number') return false;
  return orEqual ? a <= b : a < b;
}

function same(a: unknown, b: Json): boolean {
  return a === b || (typeof a === 'object' && a !== null && JSON.stringify(a) === JSON.stringify(b));
}

function isOfType(type: string, value: Json): boolean {
  if (type === 'null') return value === null;
  if (type === 'array') return Array.isArray(value);
  if (type === 'object') return isObject(value);
  if (type === 'integer') return Number.isInteger(value);
  return typeof value === type;
}

const TYPE_NAMES: Readonly<Record<string, string>> = {
  string: 'a string',
  number: 'a number',
  integer: 'a whole number',
  boolean: '`true` or `false`',
  array: 'a list',
  object: 'an object',
  null: '`null`',
};

function typeName(type: string): string {
  return TYPE_NAMES[type] ?? type;
}

function conversionHint(types: readonly string[], value: Json): string | undefined {
  if (types.includes('array') && typeof value === 'string') return `Write \`[${quoteValue(value, 40)}]\``;
  if (
    typeof value === 'string' &&
    /^-?\d+(\.\d+)?$/.test(value) &&
    types.some((type) => type === 'number' || type === 'integer')
  ) {
    return `Write \`${value}\` without quotes`;
  }
  if ((value === 'true' || value === 'false') && types.includes('boolean')) return `Write \`${value}\` without quotes`;
  if ((typeof value === 'number' || typeof value === 'boolean') && types.includes('string'))
    return `Write \`"${value}"\``;
  return undefined;
}

function itemCount(count: unknown): string {
  return count === 1 ? '1 item' : `${count} items`;
}

function capitalize(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
