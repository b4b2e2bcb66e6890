import type { ComponentDescriptor } from '../descriptor.ts';
import type { Expression, Template } from '../expression/types.ts';
import type { Json, JsonObject, JsonPath } from '../json.ts';

/** One list of stages: the main graph, or a list that a control stage owns. */
export interface Scope {
  /** Undefined for the main graph. */
  readonly owner: StageNode | undefined;
  /** The owner's config field that lists the stages. */
  readonly field: string;
  /** Where names are looked up that this list does not have; a catch list looks into the try list first. */
  readonly parent: Scope | undefined;
  readonly depth: number;
  /** What `context` has here beside the fields that it always has. */
  readonly contextNames: ReadonlySet<string>;
  /** In file order until the graph is built, then in topological order. */
  stages: StageNode[];
  /** Variable name to its setter (`variable-set`). */
  readonly variables: Map<string, StageNode>;
}

/** Why a stage waits for another one. */
export interface Edge {
  readonly to: StageNode;
  /** Where it is written. */
  readonly where: Where;
  /** From the stage that waits inwards to the stage of its body that names the other one. */
  readonly through: readonly StageNode[];
  /** Whether the skip rule looks at it (PIPELINES.md 4). */
  skips: boolean;
}

/** A place in the document that is looked up only when there is a problem. */
export type Where = () => { readonly path: JsonPath; readonly range?: readonly [number, number] | undefined };

/** Who lists a stage. */
export interface Listing {
  readonly node: StageNode;
  readonly field: string;
  readonly path: JsonPath;
}

/** A stage while it is checked; `raw` is what the file has, of any shape. */
export interface StageNode {
  /** Index in `stages` of the file. */
  readonly place: number;
  readonly path: JsonPath;
  readonly raw: Readonly<Record<string, Json>>;
  readonly id: string;
  readonly config: JsonObject;
  /** The nearest one when the file names none that exists: the problem is reported, and the rest is still checked. */
  readonly component: ComponentDescriptor | undefined;
  owner: Listing | undefined;
  gate: (Listing & { readonly branches: string[] }) | undefined;
  scope: Scope;
  /** Lists that this stage owns, by config field. */
  bodies: ReadonlyMap<string, Scope>;
  /** What it waits for in its own scope. */
  readonly edges: Map<StageNode, Edge>;
  /** Stages of enclosing scopes that the skip rule looks at; few stages have any. */
  outerSkips: Set<StageNode> | undefined;
  parts: StageParts | undefined;
  /** Place in its graph, once that is ordered. */
  index: number;
}

/** What the strings of a stage were compiled to. */
export interface StageParts {
  readonly config: Template;
  readonly conditions: Readonly<Record<string, Expression>>;
  readonly lateExpressions: Readonly<Record<string, Expression>>;
  readonly lateTemplates: Readonly<Record<string, Template>>;
  readonly constants: Readonly<Record<string, Json>>;
  readonly when: Expression | boolean;
  readonly cacheKey: Template | undefined;
}
