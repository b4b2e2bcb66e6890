import type { Json, JsonSchema } from '../json.ts';
import { StageError } from '../run.ts';
import { inspect } from './check.ts';
import type { Check, SchemaNode } from './evaluation.ts';
import { ANY_KEYWORDS } from './keywords/any.ts';
import { ARRAY_KEYWORDS } from './keywords/arrays.ts';
import { COMBINED_KEYWORDS } from './keywords/combined.ts';
import type { Compiler, Keyword } from './keywords/keyword.ts';
import { NUMBER_KEYWORDS } from './keywords/numbers.ts';
import { OBJECT_KEYWORDS } from './keywords/objects.ts';
import { STRING_KEYWORDS } from './keywords/strings.ts';
import { UNEVALUATED_KEYWORDS } from './keywords/unevaluated.ts';
import { type Pattern, Patterns } from './pattern.ts';
import { References, type Target } from './references.ts';
import type { CheckedSchema } from './types.ts';

/** All keywords in the order in which they are tried; the `unevaluated` ones look at what the others have seen. */
const KEYWORDS = {
  ...ANY_KEYWORDS,
  ...STRING_KEYWORDS,
  ...NUMBER_KEYWORDS,
  ...OBJECT_KEYWORDS,
  ...ARRAY_KEYWORDS,
  ...COMBINED_KEYWORDS,
  ...UNEVALUATED_KEYWORDS,
};

// Not a library: @cfworker/json-schema hands users' patterns to RegExp and follows $ref without bound;
// json-schema-library throws on a property named "constructor" and lets unevaluated properties pass.
/** A schema document, compiled into closures over its keywords. */
export class Program implements Compiler {
  readonly references: References;
  readonly patterns = new Patterns();
  readonly root: SchemaNode;
  /** Whether any schema has an `unevaluated` keyword, so that what was looked at has to be remembered. */
  tracks = false;
  readonly #nodes = new Map<JsonSchema, SchemaNode>();
  /** Nodes without checks yet. A queue, because a chain of references may be longer than the stack. */
  readonly #queue: { readonly node: SchemaNode; readonly schema: { [key: string]: Json } }[] = [];

  /** Throws StageError VALIDATION `invalid_schema` for a schema that is not well formed. */
  constructor(document: JsonSchema) {
    const [problem] = inspect(document, { spelling: false, patterns: this.patterns });
    if (problem) {
      const where = problem.path.length === 0 ? '' : ` at /${problem.path.join('/')}`;
      throw new StageError('VALIDATION', 'invalid_schema', `the schema is not valid${where}: ${problem.message}`, {
        hint: problem.hint,
      });
    }
    this.references = new References(document);
    this.root = this.node(document);
    for (let next = this.#queue.pop(); next; next = this.#queue.pop()) this.#fill(next.node, next.schema);
  }

  node(schema: JsonSchema): SchemaNode {
    const known = this.#nodes.get(schema);
    if (known) return known;
    const node: SchemaNode = { resource: this.references.owner(schema), first: undefined, checks: [] };
    this.#nodes.set(schema, node);
    if (schema === false) node.first = (_data, evaluation) => evaluation.error('false', () => 'is not allowed here');
    else if (schema !== true) this.#queue.push({ node, schema });
    return node;
  }

  pattern(source: string): Pattern {
    const pattern = this.patterns.get(source);
    // Guaranteed by `inspect` in the constructor, which has compiled them all.
    if ('problem' in pattern) throw new Error(`unchecked pattern ${source}: ${pattern.problem}`);
    return pattern;
  }

  /** What a reference in `schema` leads to. */
  target(reference: string, schema: CheckedSchema): Target {
    const target = this.references.resolve(this.references.owner(schema), reference);
    // Guaranteed by `inspect` in the constructor, which has followed them all.
    if (!target) throw new Error(`unchecked reference ${reference}`);
    return target;
  }

  reference(keyword: '$ref' | '$dynamicRef', reference: string, schema: CheckedSchema): Check {
    const target = this.target(reference, schema);
    const node = this.node(target.schema);
    const name = keyword === '$dynamicRef' ? target.dynamicAnchor : undefined;
    if (name === undefined) return (data, evaluation, seen) => evaluation.apply(node, data, seen);

    const dynamic = new Map<unknown, SchemaNode>();
    for (const resource of this.references.resources) {
      const anchored = resource.dynamicAnchors.get(name);
      if (anchored !== undefined) dynamic.set(resource, this.node(anchored));
    }
    return (data, evaluation, seen) => {
      const outermost = evaluation.resources.find((resource) => dynamic.has(resource));
      return evaluation.apply(dynamic.get(outermost) ?? node, data, seen);
    };
  }

  #fill(node: SchemaNode, schema: { [key: string]: Json }): void {
    // Guaranteed by `inspect` in the constructor: every known keyword has a value of its kind.
    const checked = schema as CheckedSchema;
    const checks: Check[] = [];
    for (const [name, keyword] of Object.entries(KEYWORDS)) {
      if (!Object.hasOwn(schema, name)) continue;
      // The table pairs each keyword with its own value; TypeScript can't follow that through `Object.entries`.
      const check = (keyword as Keyword<never>)(schema[name] as never, checked, this);
      if (!check) continue;
      if (name === 'type') node.first = check;
      else checks.push(check);
      if (name.startsWith('unevaluated')) this.tracks = true;
    }
    node.checks = checks;
  }
}
