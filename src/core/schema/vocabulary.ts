/** What the value of a keyword must be; the three `schema` kinds also say where subschemas are. */
export type KeywordKind =
  | 'schema'
  | 'schemaList'
  | 'schemaMap'
  | 'patternMap'
  | 'text'
  | 'pattern'
  | 'reference'
  | 'anchor'
  | 'types'
  | 'number'
  | 'positive'
  | 'count'
  | 'boolean'
  | 'list'
  | 'names'
  | 'nameLists'
  | 'any';

/** Every keyword of draft 2020-12, and `definitions`, which older schemas keep beside `$defs`. */
export const VOCABULARY: Readonly<Record<string, KeywordKind>> = {
  $schema: 'text',
  $id: 'text',
  $anchor: 'anchor',
  $dynamicAnchor: 'anchor',
  $ref: 'reference',
  $dynamicRef: 'reference',
  $vocabulary: 'any',
  $comment: 'text',
  $defs: 'schemaMap',
  definitions: 'schemaMap',
  allOf: 'schemaList',
  anyOf: 'schemaList',
  oneOf: 'schemaList',
  not: 'schema',
  if: 'schema',
  // biome-ignore lint/suspicious/noThenProperty: the keyword is called so, and this object is never awaited.
  then: 'schema',
  else: 'schema',
  dependentSchemas: 'schemaMap',
  prefixItems: 'schemaList',
  items: 'schema',
  contains: 'schema',
  properties: 'schemaMap',
  patternProperties: 'patternMap',
  additionalProperties: 'schema',
  propertyNames: 'schema',
  unevaluatedItems: 'schema',
  unevaluatedProperties: 'schema',
  type: 'types',
  enum: 'list',
  const: 'any',
  multipleOf: 'positive',
  maximum: 'number',
  exclusiveMaximum: 'number',
  minimum: 'number',
  exclusiveMinimum: 'number',
  maxLength: 'count',
  minLength: 'count',
  pattern: 'pattern',
  maxItems: 'count',
  minItems: 'count',
  uniqueItems: 'boolean',
  maxContains: 'count',
  minContains: 'count',
  maxProperties: 'count',
  minProperties: 'count',
  required: 'names',
  dependentRequired: 'nameLists',
  title: 'text',
  description: 'text',
  default: 'any',
  deprecated: 'boolean',
  readOnly: 'boolean',
  writeOnly: 'boolean',
  examples: 'list',
  format: 'text',
  contentEncoding: 'text',
  contentMediaType: 'text',
  contentSchema: 'schema',
};

export const TYPES = ['string', 'number', 'integer', 'boolean', 'object', 'array', 'null'] as const;

/** Keywords of other drafts and of OpenAPI, and what to write instead. */
export const REPLACED: Readonly<Record<string, string>> = {
  id: 'Write "$id".',
  additionalItems: 'Draft 2020-12 says "items" for the items after "prefixItems".',
  dependencies: 'Draft 2020-12 says "dependentRequired" (names) or "dependentSchemas" (schemas).',
  $recursiveRef: 'Draft 2020-12 says "$dynamicRef".',
  $recursiveAnchor: 'Draft 2020-12 says "$dynamicAnchor".',
  nullable: 'List null as a type: "type": ["string", "null"].',
  example: 'Write "examples" with a list.',
  discriminator: 'Write "oneOf" with a "const" in each form.',
};

/** The subschemas directly below a schema: keyword, key or index within it (undefined for the value itself), schema. */
export function* subschemas(
  schema: object,
): Generator<[keyword: string, key: string | number | undefined, sub: unknown]> {
  for (const [keyword, value] of Object.entries(schema)) {
    const kind = Object.hasOwn(VOCABULARY, keyword) ? VOCABULARY[keyword] : undefined;
    if (kind === 'schema') yield [keyword, undefined, value];
    else if (kind === 'schemaList' && Array.isArray(value)) {
      for (let i = 0; i < value.length; i++) yield [keyword, i, value[i]];
    } else if ((kind === 'schemaMap' || kind === 'patternMap') && typeof value === 'object' && value !== null) {
      for (const [key, sub] of Object.entries(value)) yield [keyword, key, sub];
    }
  }
}
