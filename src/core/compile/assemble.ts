import { isObject, type JsonObject, type JsonSchema, own } from '../json.ts';
import type { PipelineDefinition, StageDefinition } from '../pipeline.ts';
import type { Graph, Plan, PlannedStage, Requirements } from '../plan.ts';
import { finalPlaces } from './finals.ts';
import type { Scope, StageNode, StageParts } from './model.ts';
import { cacheTtl, errorPolicy, retryPolicy, stageTimeout } from './policies.ts';
import type { Settings } from './settings.ts';
import type { Names } from './strings.ts';

/** Everything that a file without errors was found to hold. */
export interface Checked {
  readonly definition: JsonObject;
  /** In topological order each; enclosing ones first. */
  readonly scopes: readonly Scope[];
  readonly settings: Settings;
  readonly needs: Names;
  readonly triggers: Names;
  readonly calls: Requirements['pipelines'];
}

/** The plan of a file that has no errors. Inner graphs are made before their owners, without recursion. */
export function assemblePlan(checked: Checked): Plan {
  const graphs = new Map<Scope, Graph>();
  for (const scope of [...checked.scopes].reverse()) graphs.set(scope, graphOf(scope, graphs));
  const { definition, needs, triggers, settings, calls } = checked;
  const [main] = checked.scopes;
  const graph = main && graphs.get(main);
  // `assignScopes` always gives the main scope, first.
  if (!graph) throw new Error('a pipeline without a main graph');
  return {
    name: String(definition.name),
    version: typeof definition.version === 'string' ? definition.version : '0.1.0',
    // Guaranteed by `checkDefinition`: this is exactly what the schema describes.
    definition: definition as unknown as PipelineDefinition,
    main: graph,
    ...settings,
    input: schemaOf(definition, 'input'),
    output: schemaOf(definition, 'output'),
    requires: {
      vars: [...needs.vars].sort(),
      secrets: [...needs.secrets].sort(),
      optionalSecrets: [...needs.optionalSecrets].filter((name) => !needs.secrets.has(name)).sort(),
      triggers: { vars: [...triggers.vars].sort(), secrets: [...triggers.secrets].sort() },
      pipelines: calls,
      components: componentsOf(checked.scopes),
    },
  };
}

function schemaOf(definition: JsonObject, key: string): JsonSchema | undefined {
  const schema = own(definition, key);
  // A member of a JSON object is JSON.
  return typeof schema === 'boolean' || isObject(schema) ? (schema as JsonSchema) : undefined;
}

function componentsOf(scopes: readonly Scope[]): Record<string, string> {
  const components = new Map<string, string>();
  for (const scope of scopes) {
    for (const { component } of scope.stages) if (component) components.set(component.name, component.version);
  }
  return Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1)));
}

function graphOf(scope: Scope, graphs: ReadonlyMap<Scope, Graph>): Graph {
  const dependents: number[][] = scope.stages.map(() => []);
  for (const node of scope.stages) for (const { index } of node.edges.keys()) dependents[index]?.push(node.index);
  return {
    stages: scope.stages.map((node, index) => planStage(node, dependents[index] ?? [], graphs)),
    finals: finalPlaces(scope),
    byId: new Map(scope.stages.map((node, index) => [node.id, index])),
    variables: new Map([...scope.variables].map(([name, node]) => [name, node.index])),
  };
}

function planStage(node: StageNode, dependents: number[], graphs: ReadonlyMap<Scope, Graph>): PlannedStage {
  const { component, parts, raw, gate } = node;
  // `readStages` reports an unknown component, and every stage was compiled.
  if (!component || !parts) throw new Error(`stage ${node.id} was not compiled`);
  return {
    id: node.id,
    index: node.index,
    // Guaranteed by `checkDefinition`.
    definition: raw as unknown as StageDefinition,
    component,
    config: parts.config,
    conditions: parts.conditions,
    lateExpressions: parts.lateExpressions,
    lateTemplates: parts.lateTemplates,
    dependencies: places(node.edges.keys()),
    dependents,
    skipDependencies: places([...node.edges.values()].filter((edge) => edge.skips).map((edge) => edge.to)),
    outerSkipDependencies: [...(node.outerSkips ?? [])].map((stage) => stage.id),
    join: own(raw, 'join') === 'any' ? 'any' : 'all',
    gate: gate && { index: gate.node.index, branches: gate.branches },
    bodies: bodiesOf(node, graphs),
    when: parts.when,
    timeout: stageTimeout(node),
    retry: retryPolicy(node),
    onError: errorPolicy(node),
    cache: cacheOf(node, parts),
    enabled: own(raw, 'enabled') !== false,
    constants: parts.constants,
  };
}

function places(nodes: Iterable<StageNode>): number[] {
  return [...nodes].map((node) => node.index).sort((a, b) => a - b);
}

function bodiesOf(node: StageNode, graphs: ReadonlyMap<Scope, Graph>): Record<string, Graph> {
  const bodies: Record<string, Graph> = {};
  for (const [field, scope] of node.bodies) {
    const graph = graphs.get(scope);
    if (graph && scope.stages.length > 0) bodies[field] = graph;
  }
  return bodies;
}

function cacheOf(node: StageNode, parts: StageParts): PlannedStage['cache'] {
  const ttl = cacheTtl(node);
  return ttl === undefined ? undefined : { ttl, key: parts.cacheKey };
}
