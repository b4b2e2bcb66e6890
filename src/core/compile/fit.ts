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
  /** Required fields may be left out: the value is a part of one. */
  readonly partial?: boolean;
}

/** What trying options may cost; a schema that branches without end is left to the check at run time. */
const MOST_STEPS = 20_000;

/** Schemas applied within each other: values nest 64 levels, and each may take a few steps. */
const MOST_LEVELS = 500;

/** Unknown fields that get a suggestion; a file with more of them is not a pipeline. */
const MOST_SUGGESTIONS = 200;

/**
 * Where a value that may hold templates cannot fit a schema, whatever they resolve to. A JSON Schema validator knows
 * no wildcards, so this is our own: it reads the keywords that config schemas use and passes what it does not know
 * (`pattern`, `format`, …), because the executor validates the resolved config again.
 */
export function findMisfits(schema: JsonSchema, value: Json, options: FitOptions): Misfit[] {
  const fit = new Fit(schema, options);
  fit.check(schema, value);
  return fit.misfits;
}

type Schema = Record<string, unknown>;

class Fit {
  readonly #root: JsonSchema;
  readonly #options: FitOptions;
  /** Where the check stands; copied into what it finds. */
  readonly #path: (string | number)[] = [];
  misfits: Misfit[] = [];
  /** How many options of `anyOf` the check is inside of: only they can make it more than linear. */
  #branches = 0;
  #steps = 0;
  #depth = 0;
  #unknown = 0;

  constructor(root: JsonSchema, options: FitOptions) {
    this.#root = root;
    this.#options = options;
  }

  check(schema: unknown, value: Json): void {
    if (!isObject(schema) || (this.#branches > 0 && ++this.#steps > MOST_STEPS)) return;
    // A schema that leads back to itself without going down into the value never ends.
    if (this.#depth > MOST_LEVELS) return;
    this.#depth++;
    this.#checkSchema(schema, value);
    this.#depth--;
  }

  #checkSchema(schema: Schema, value: Json): void {
    const wild = typeof value === 'string' ? (this.#options.wild?.(value, this.#path) ?? 'constant') : 'constant';
    if (wild === 'any') return;
    // What a merge has left is reported once, as that.
    if (isObject(value) && Object.hasOwn(value, '$conflict')) return;
    const kind = this.#kind(schema);
    if (kind) {
      const complaint = wild === 'constant' ? kind(value) : undefined;
      if (complaint) this.#add(complaint.code, complaint.message, complaint.hint);
      return;
    }
    const target = this.#deref(schema);
    if (!this.#checkType(target, value)) return;
    if (wild === 'constant') this.#checkValue(target, value);
    if (Array.isArray(value)) this.#checkList(target, value);
    else if (isObject(value)) this.#checkObject(target, value);
    for (const part of listOf(target.allOf)) this.check(part, value);
    const options = listOf(target.anyOf ?? target.oneOf);
    if (options.length > 0) this.#checkOptions(options, value);
  }

  /** Adds a misfit of the value where the check stands. */
  #add(code: string, message: string, hint?: string): void {
    this.misfits.push({ code, path: [...this.#path], part: 'value', message: this.#named(message), hint });
  }

  #checkMember(key: string | number, schema: unknown, value: Json): void {
    this.#path.push(key);
    this.check(schema, value);
    this.#path.pop();
  }

  #kind(schema: Schema): Kind | undefined {
    const name = refName(schema);
    const { kinds } = this.#options;
    return name !== undefined && kinds && Object.hasOwn(kinds, name) ? kinds[name] : undefined;
  }

  #deref(schema: Schema): Schema {
    let target = schema;
    for (let hops = 0; hops < 16; hops++) {
      const name = refName(target);
      if (name === undefined) return target;
      const definitions = isObject(this.#root) ? own(this.#root, '$defs') : undefined;
      const next = isObject(definitions) ? own(definitions, name) : undefined;
      if (!isObject(next)) return target;
      target = next;
    }
    return {};
  }

  #checkType({ type }: Schema, value: Json): boolean {
    // `typeof` calls lists and null objects, too.
    if (type === undefined || (type === typeof value && type !== 'object')) return true;
    const types = typeof type === 'string' ? [type] : listOf(type).map(String);
    if (types.length === 0 || types.some((name) => isOfType(name, value))) return true;
    const message = `must be ${types.map(typeName).join(' or ')}, found ${quoteValue(value)}`;
    this.#add('WRONG_TYPE', message, conversionHint(types, value));
    return false;
  }

  #checkValue(schema: Schema, value: Json): void {
    const allowed = 'const' in schema ? [schema.const] : listOf(schema.enum);
    if (allowed.length > 0 && !allowed.some((item) => same(item, value))) this.#notAllowed(allowed, value);
    const bound = boundMessage(schema, value);
    if (bound !== undefined) this.#add('INVALID_VALUE', bound);
  }

  #notAllowed(allowed: readonly unknown[], value: Json): void {
    const names = allowed.map(String);
    const near = typeof value === 'string' ? nearest(value, names) : undefined;
    const choice = `${names.length > 1 ? 'one of ' : ''}${quoteList(names, 20)}`;
    this.#add('INVALID_VALUE', `must be ${choice}, found ${quoteValue(value)}`, didYouMean(near));
  }

  #checkList(schema: Schema, list: Json[]): void {
    const first = listOf(schema.prefixItems);
    if (first.length === 0 && !isObject(schema.items)) return;
    for (const [i, item] of list.entries()) this.#checkMember(i, first[i] ?? schema.items, item);
  }

  #checkObject(schema: Schema, object: { [key: string]: Json }): void {
    const properties = isObject(schema.properties) ? schema.properties : {};
    const { additionalProperties } = schema;
    for (const key of Object.keys(object)) {
      if (Object.hasOwn(properties, key)) this.#checkMember(key, properties[key], object[key] ?? null);
      else if (additionalProperties === false) this.#unknownField(key, properties);
      else if (isObject(additionalProperties)) this.#checkMember(key, additionalProperties, object[key] ?? null);
    }
    for (const key of this.#options.partial ? [] : listOf(schema.required)) {
      if (typeof key !== 'string' || Object.hasOwn(object, key)) continue;
      const property = own(properties, key);
      // A default fills the gap before the value is checked.
      if (isObject(property) && 'default' in property) continue;
      const message = `${quote(key)} is missing in ${this.#title(this.#path)}`;
      const hint = this.#howToAdd(key, property);
      this.misfits.push({ code: 'REQUIRED_FIELD', path: [...this.#path], part: 'value', message, hint });
    }
  }

  #unknownField(key: string, properties: Schema): void {
    const message = `${quote(key)} is not a field of ${this.#title(this.#path)}`;
    const names = ++this.#unknown > MOST_SUGGESTIONS ? [] : Object.keys(properties);
    const known = names.length > 0 ? `Known here: ${quoteList(names, 30)}` : undefined;
    const hint = didYouMean(nearest(key, names)) ?? known;
    this.misfits.push({ code: 'UNKNOWN_FIELD', path: [...this.#path, key], part: 'key', message, hint });
  }

  /** A value has to fit one option: the complaints of the one that it comes closest to. */
  #checkOptions(options: readonly unknown[], value: Json): void {
    const found = this.misfits;
    const attempts: Misfit[][] = [];
    this.#branches++;
    for (const option of options) {
      this.misfits = [];
      this.check(option, value);
      attempts.push(this.misfits);
      if (this.misfits.length === 0) break;
    }
    this.#branches--;
    this.misfits = found;
    if (attempts.at(-1)?.length === 0) return;

    const depth = this.#path.length;
    const tag = this.#findTag(options);
    const ofType = attempts.filter((misfits) => !misfits.some((misfit) => isTypeOf(misfit, depth)));
    const rightTag = ofType.filter(
      (misfits) => !misfits.some(({ path }) => path.length > depth && path[depth] === tag?.key),
    );
    const [best] = (rightTag.length > 0 ? rightTag : ofType).sort((a, b) => a.length - b.length);
    if (best && rightTag.length === 0 && tag && isObject(value)) {
      const tagged = own(value, tag.key) as Json; // a member of a JSON object is JSON
      this.#checkMember(tag.key, { enum: tag.allowed }, tagged);
    } else if (best) for (const misfit of best) found.push(misfit);
    else {
      const expected = [...new Set(options.map((option) => this.#describe(option)))].join(' or ');
      this.#add('WRONG_TYPE', `must be ${expected}, found ${quoteValue(value)}`);
    }
  }

  /** The member that tells options apart by a constant (`type`), and its values. */
  #findTag(options: readonly unknown[]): { key: string; allowed: unknown[] } | undefined {
    const constants = new Map<string, unknown[]>();
    for (const option of options) {
      const properties = isObject(option) ? this.#deref(option).properties : undefined;
      for (const [key, schema] of Object.entries(isObject(properties) ? properties : {})) {
        if (isObject(schema) && 'const' in schema) constants.set(key, [...(constants.get(key) ?? []), schema.const]);
      }
    }
    for (const [key, allowed] of constants) if (allowed.length > 1) return { key, allowed };
    return undefined;
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

  #named(message: string): string {
    return `${capitalize(this.#title(this.#path))} ${message}`;
  }
}

export function didYouMean(name: string | undefined): string | undefined {
  return name === undefined ? undefined : `Did you mean ${quote(name)}?`;
}

/** Whether a misfit says that the value itself, at that depth, has another type. */
function isTypeOf({ code, path }: Misfit, depth: number): boolean {
  return code === 'WRONG_TYPE' && path.length === depth;
}

/** What bound a number, a string or a list is out of. */
function boundMessage(schema: Schema, value: Json): string | undefined {
  if (typeof value === 'number') {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema;
    if (isBelow(value, minimum)) return `must be ${minimum} or more, found ${value}`;
    if (isBelow(maximum, value)) return `must be ${maximum} or less, found ${value}`;
    if (isBelow(value, exclusiveMinimum, true)) return `must be more than ${exclusiveMinimum}, found ${value}`;
    if (isBelow(exclusiveMaximum, value, true)) return `must be less than ${exclusiveMaximum}, found ${value}`;
  } else if (typeof value === 'string') {
    const { minLength, maxLength } = schema;
    if (value === '' && isBelow(0, minLength)) return 'must not be empty';
    if (isBelow(value.length, minLength)) return `must have ${minLength} characters or more`;
    if (isBelow(maxLength, value.length)) return `must have at most ${maxLength} characters, found ${value.length}`;
  } else if (Array.isArray(value)) {
    const { minItems, maxItems } = schema;
    if (isBelow(value.length, minItems)) return `must have ${itemCount(minItems)} or more, found ${value.length}`;
    if (isBelow(maxItems, value.length)) return `must have at most ${itemCount(maxItems)}, found ${value.length}`;
  }
  return undefined;
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
