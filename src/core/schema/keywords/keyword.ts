import type { JsonSchema } from '../../json.ts';
import type { Check, SchemaNode } from '../evaluation.ts';
import type { Pattern } from '../pattern.ts';
import type { CheckedSchema } from '../types.ts';

/** What a keyword needs while its schema is compiled. */
export interface Compiler {
  /** The node of a subschema; its checks may not be there yet. */
  node(schema: JsonSchema): SchemaNode;
  /** The check that applies what a `$ref` or `$dynamicRef` in `schema` leads to. */
  reference(keyword: '$ref' | '$dynamicRef', reference: string, schema: CheckedSchema): Check;
  /** A regular expression that `checkSchema` found to be one. */
  pattern(source: string): Pattern;
}

/** Makes the check of one keyword; undefined when there is nothing to check. */
export type Keyword<K extends keyof CheckedSchema> = (
  value: Exclude<CheckedSchema[K], undefined>,
  schema: CheckedSchema,
  compiler: Compiler,
) => Check | undefined;

/** Keywords by name, each with the value that `checkSchema` guarantees it. */
export type Keywords = { readonly [K in keyof CheckedSchema]?: Keyword<K> };
