import { isObject, type Json, type JsonPath, type JsonSchema, own } from '../json.ts';
import { quote } from '../quote.ts';
import { References, type Resource } from '../schema/references.ts';
import { VOCABULARY } from '../schema/vocabulary.ts';
import { boundFindings } from './compare-bounds.ts';
import { valueFinding } from './compare-values.ts';
import type { Direction, Finding, Keywords, Spot } from './finding.ts';
import { sameJson } from './meaning.ts';
import type { BreakingReason } from './warnings.ts';

/** A schema with what its references are relative to. */
interface Side {
  readonly schema: JsonSchema;
  readonly resource: Resource;
}

/** Comparing stops here, and says so: schemas that refer to each other in many ways would go on for ever. */
const MOST_PAIRS = 20_000;
const MOST_LEVELS = 64;

/** Keywords whose subschemas are followed; of the others it is only seen that they changed. */
const FOLLOWED = new Set(['properties', 'additionalProperties', 'items', 'prefixItems', 'anyOf', 'oneOf', '$ref']);
/** Schemas that nothing applies until a reference does. */
const STORED = new Set(['$defs', 'definitions']);

/** What breaks for who sends the input, or reads the output, that the first schema describes. In the order of keywords. */
export function compareSchemas(direction: Direction, before: JsonSchema, after: JsonSchema): Finding[] {
  if (sameJson(before, after)) return [];
  return new Comparison(direction, before, after).run();
}

class Comparison {
  readonly #direction: Direction;
  readonly #old: References;
  readonly #new: References;
  readonly #roots: readonly [JsonSchema, JsonSchema];
  #seen = new Map<JsonSchema, Set<JsonSchema>>();
  readonly #joined = new Map<JsonSchema, JsonSchema>();
  #findings: Finding[] = [];
  #pairs = 0;

  constructor(direction: Direction, before: JsonSchema, after: JsonSchema) {
    this.#direction = direction;
    this.#roots = [before, after];
    this.#old = new References(before);
    this.#new = new References(after);
  }

  run(): Finding[] {
    const [before, after] = this.#roots;
    const spot = { data: this.#direction, path: [] };
    this.#compare(this.#side(this.#old, before), this.#side(this.#new, after), spot);
    if (this.#pairs > MOST_PAIRS) this.#add('condition-changed', [], spot, 'is too large to be compared whole');
    return this.#findings;
  }

  #side(references: References, schema: JsonSchema): Side {
    return { schema, resource: references.owner(schema) };
  }

  #compare(oldSide: Side, newSide: Side, spot: Spot): void {
    if (++this.#pairs > MOST_PAIRS || spot.path.length > MOST_LEVELS * 2) return;
    const before = this.#resolve(oldSide, this.#old);
    const after = this.#resolve(newSide, this.#new);
    if (!before || !after) {
      if (!sameJson(oldSide.schema, newSide.schema))
        this.#add('condition-changed', [], spot, 'refers to another schema');
      return;
    }
    if (this.#known(before.schema, after.schema)) return;
    if (this.#closed(before.schema, after.schema, spot)) return;
    const [old, current] = [keywordsOf(before.schema), keywordsOf(after.schema)];
    this.#take(valueFinding(this.#direction, old, current, spot));
    for (const finding of boundFindings(this.#direction, old, current, spot)) this.#take(finding);
    this.#required(old, current, spot);
    this.#properties(before, after, spot);
    this.#items(before, after, spot);
    this.#alternatives(before, after, spot);
    this.#conditions(old, current, spot);
  }

  /** Schemas that refer to themselves are compared once. */
  #known(before: JsonSchema, after: JsonSchema): boolean {
    const partners = this.#seen.get(before) ?? new Set();
    this.#seen.set(before, partners);
    const known = partners.has(after) && typeof before === 'object' && typeof after === 'object';
    partners.add(after);
    return known;
  }

  /** Follows `$ref` where it stands alone; undefined when it leads out of the document. */
  #resolve(side: Side, references: References): Side | undefined {
    let at = side;
    for (let i = 0; i < MOST_LEVELS; i++) {
      const reference = isObject(at.schema) ? own(at.schema, '$ref') : undefined;
      if (typeof reference !== 'string') return at;
      const target = references.resolve(at.resource, reference);
      if (!target) return undefined;
      at = { schema: this.#beside(at.schema, target.schema), resource: target.resource };
    }
    return undefined;
  }

  /** What stands beside a `$ref` counts as well. Made once, so that a schema is known when it comes again. */
  #beside(schema: JsonSchema, target: JsonSchema): JsonSchema {
    if (!isObject(schema) || typeof target === 'boolean' || Object.keys(schema).length === 1) return target;
    const known = this.#joined.get(schema);
    if (known !== undefined) return known;
    const { $ref: _, ...rest } = schema;
    const joined = { ...target, ...rest };
    this.#joined.set(schema, joined);
    return joined;
  }

  /** Whether one of the two is `false`; then there is nothing else to compare. */
  #closed(before: JsonSchema, after: JsonSchema, spot: Spot): boolean {
    const input = this.#direction === 'input';
    const [loose, strict] = input ? [before, after] : [after, before];
    if (strict !== false) return loose === false;
    if (loose !== false)
      this.#add(
        input ? 'type-narrowed' : 'type-widened',
        [],
        spot,
        input ? 'is no longer accepted' : 'may now be there',
      );
    return true;
  }

  #required(old: Keywords, current: Keywords, spot: Spot): void {
    const input = this.#direction === 'input';
    const [loose, strict] = input ? [old, current] : [current, old];
    const known = new Set(namesOf(loose.required));
    for (const name of namesOf(strict.required)) {
      if (known.has(name)) continue;
      const property = propertyOf(current, name);
      // What is absent is filled before the input is checked.
      if (input && isObject(property) && Object.hasOwn(property, 'default')) continue;
      // That it is gone is said where the properties are compared.
      if (!input && property === undefined && propertyOf(old, name) !== undefined) continue;
      const at = { data: `${spot.data}.${name}`, path: spot.path };
      if (input) this.#add('required-added', ['required'], at, 'is now required, and has no default');
      else this.#add('required-dropped', ['required'], at, 'is no longer certain to be there');
    }
  }

  #properties(before: Side, after: Side, spot: Spot): void {
    const [old, current] = [keywordsOf(before.schema), keywordsOf(after.schema)];
    for (const name of Object.keys(objectOf(old.properties))) {
      const was = propertyOf(old, name);
      const is = propertyOf(current, name);
      const at = { data: `${spot.data}.${name}`, path: [...spot.path, 'properties', name] };
      if (was === undefined) continue;
      if (is !== undefined) this.#below(before, after, was, is, at);
      else if (this.#direction === 'output') this.#add('property-removed', [], at, 'is no longer declared', was);
      else if (current.additionalProperties === false)
        this.#add('property-removed', [], at, 'is no longer accepted', was);
    }
    this.#additional(before, after, spot);
  }

  #additional(before: Side, after: Side, spot: Spot): void {
    const [was, is] = [before, after].map(({ schema }) => keywordsOf(schema).additionalProperties);
    if (sameJson(was, is)) return;
    const at = { data: `${spot.data}.*`, path: [...spot.path, 'additionalProperties'] };
    if (isSchema(was) && isSchema(is) && was !== false && is !== false) this.#below(before, after, was, is, at);
    else if (this.#direction === 'input' && is === false)
      this.#add('additional-refused', [], at, 'is no longer accepted', was);
  }

  #items(before: Side, after: Side, spot: Spot): void {
    const [old, current] = [keywordsOf(before.schema), keywordsOf(after.schema)];
    const [firstOld, firstNew] = [listOf(old.prefixItems), listOf(current.prefixItems)];
    for (let i = 0; i < Math.max(firstOld.length, firstNew.length); i++) {
      const [was, is] = [firstOld[i] ?? old.items ?? true, firstNew[i] ?? current.items ?? true];
      const at = { data: `${spot.data}[${i}]`, path: [...spot.path, 'prefixItems', i] };
      if (isSchema(was) && isSchema(is)) this.#below(before, after, was, is, at);
    }
    const [was, is] = [old.items ?? true, current.items ?? true];
    const at = { data: `${spot.data}[]`, path: [...spot.path, 'items'] };
    if (isSchema(was) && isSchema(is)) this.#below(before, after, was, is, at);
  }

  /** Every alternative that was possible must fit one that is possible now; for an output the other way round. */
  #alternatives(before: Side, after: Side, spot: Spot): void {
    for (const keyword of ['anyOf', 'oneOf']) {
      const [old, current] = [before, after].map(({ schema }) => own(keywordsOf(schema), keyword));
      if (!Array.isArray(current) && this.#direction === 'input') continue;
      if (!Array.isArray(old) && this.#direction === 'output') continue;
      const at = { data: spot.data, path: [...spot.path, keyword] };
      const fits = (was: Json, is: Json): boolean =>
        isSchema(was) && isSchema(is) && this.#silently(() => this.#below(before, after, was, is, at));
      const [oldList, newList] = [listOf(old), listOf(current)];
      const all =
        this.#direction === 'input'
          ? Array.isArray(old) && oldList.every((was) => newList.some((is) => fits(was, is)))
          : Array.isArray(current) && newList.every((is) => oldList.some((was) => fits(was, is)));
      const what = 'does not have the same alternatives any more';
      if (!all) this.#add('alternatives-changed', [], at, what, old as Json | undefined, current as Json | undefined);
    }
  }

  /** Keywords of which a comparison of schemas cannot tell what they let through. */
  #conditions(old: Keywords, current: Keywords, spot: Spot): void {
    for (const [keyword, kind] of Object.entries(VOCABULARY)) {
      if (FOLLOWED.has(keyword) || STORED.has(keyword) || !/^(schema|patternMap|nameLists)/.test(kind)) continue;
      const [was, is] = [own(old, keyword), own(current, keyword)];
      const strict = this.#direction === 'input' ? is : was;
      // Without the keyword nothing is refused.
      if (strict === undefined || sameJson(was as Json, is as Json)) continue;
      const at = { data: spot.data, path: [...spot.path, keyword] };
      this.#add('condition-changed', [], at, `has another condition (${quote(keyword)})`, was as Json, is as Json);
    }
  }

  #below(before: Side, after: Side, was: JsonSchema, is: JsonSchema, spot: Spot): void {
    const side = ({ resource }: Side, schema: JsonSchema, references: References): Side => ({
      schema,
      resource: typeof schema === 'object' && Object.hasOwn(schema, '$id') ? references.owner(schema) : resource,
    });
    this.#compare(side(before, was, this.#old), side(after, is, this.#new), spot);
  }

  /** Whether a comparison finds nothing; what it finds is forgotten. */
  #silently(compare: () => void): boolean {
    const [findings, seen] = [this.#findings, this.#seen];
    this.#findings = [];
    this.#seen = new Map();
    compare();
    // What was not looked at may have anything in it.
    const none = this.#findings.length === 0 && this.#pairs <= MOST_PAIRS;
    this.#findings = findings;
    this.#seen = seen;
    return none;
  }

  #add(reason: BreakingReason, below: JsonPath, spot: Spot, what: string, before?: Json, after?: Json): void {
    this.#take({
      reason,
      path: [...spot.path, ...below],
      message: `${quote(spot.data)} ${what}`,
      ...(before === undefined ? undefined : { before }),
      ...(after === undefined ? undefined : { after }),
    });
  }

  #take(finding: Finding | undefined): void {
    if (finding) this.#findings.push(finding);
  }
}

/** The keywords of a schema; `true` has none, and `false` was dealt with. */
function keywordsOf(schema: JsonSchema): Keywords {
  return typeof schema === 'boolean' ? {} : schema;
}

function propertyOf(keywords: Keywords, name: string): JsonSchema | undefined {
  const property = own(objectOf(keywords.properties), name);
  return isSchema(property) ? property : undefined;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === 'boolean' || isObject(value);
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return isObject(value) ? value : {};
}

function listOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

function namesOf(value: unknown): string[] {
  return listOf(value).filter((name) => typeof name === 'string');
}
