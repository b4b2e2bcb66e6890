import { quote } from '../quote.ts';
import { cycleText } from './cycles.ts';
import { listFields } from './lists.ts';
import type { Scope, StageNode } from './model.ts';
import { contextNamesOf } from './names.ts';
import type { Report } from './report.ts';

export function mainScope(): Scope {
  return {
    owner: undefined,
    field: '',
    parent: undefined,
    depth: 0,
    contextNames: new Set(),
    stages: [],
    variables: new Map(),
  };
}

/**
 * Puts every stage into its scope: the list that owns it, else where its gate is, else the main graph. Answers all
 * scopes, enclosing ones first.
 */
export function assignScopes(nodes: readonly StageNode[], main: Scope, report: Report): Scope[] {
  breakParentCycles(nodes, report);
  const scopes = [main];
  const placed = new Set<StageNode>();
  for (const start of nodes) {
    const chain: StageNode[] = [];
    for (let node: StageNode | undefined = start; node && !placed.has(node); node = parentOf(node)) chain.push(node);
    for (const node of chain.reverse()) {
      node.scope = scopeOf(node, main);
      placed.add(node);
      for (const scope of ownScopes(node)) scopes.push(scope);
    }
  }
  for (const node of nodes) {
    node.scope.stages.push(node);
    checkGateScope(node, report);
  }
  return scopes.sort((a, b) => a.depth - b.depth);
}

/** The stage that decides where a stage lives. */
function parentOf(node: StageNode): StageNode | undefined {
  return (node.owner ?? node.gate)?.node;
}

function scopeOf(node: StageNode, main: Scope): Scope {
  if (node.owner) return node.owner.node.bodies.get(node.owner.field) ?? main;
  return node.gate?.node.scope ?? main;
}

/** The lists of an owner, in the order of its descriptor: each sees those before it (a catch list sees the try list). */
function ownScopes(node: StageNode): Scope[] {
  const scopes: Scope[] = [];
  const bodies = new Map<string, Scope>();
  for (const [field, rule] of listFields(node.component)) {
    if (rule.role !== 'own') continue;
    const parent = scopes.at(-1) ?? node.scope;
    const added = contextNamesOf(node, field);
    const known = added.every((name) => parent.contextNames.has(name));
    const contextNames = known ? parent.contextNames : new Set([...node.scope.contextNames, ...added]);
    const depth = node.scope.depth + 1;
    const scope: Scope = { owner: node, field, parent, depth, contextNames, stages: [], variables: new Map() };
    bodies.set(field, scope);
    scopes.push(scope);
  }
  if (bodies.size > 0) node.bodies = bodies;
  return scopes;
}

/** A stage that is, over owners and gates, inside of itself: said once, and cut so that the rest can be checked. */
function breakParentCycles(nodes: readonly StageNode[], report: Report): void {
  const state = new Map<StageNode, number>();
  for (const [walk, start] of nodes.entries()) {
    const chain: StageNode[] = [];
    let node: StageNode | undefined = start;
    while (node && !state.has(node)) {
      state.set(node, walk);
      chain.push(node);
      node = parentOf(node);
    }
    if (!node || state.get(node) !== walk) continue;
    // From owner or gate to what it lists, beginning with what comes first in the file.
    const cycle = chain.slice(chain.indexOf(node)).reverse();
    const first = cycle.reduce((a, b) => (b.place < a.place ? b : a));
    const ids = [...cycle.slice(cycle.indexOf(first)), ...cycle.slice(0, cycle.indexOf(first))].map(({ id }) => id);
    const listing = node.owner ?? node.gate;
    report.add({
      code: 'CYCLE',
      path: listing?.path ?? node.path,
      message: `Stages are inside of each other: ${cycleText(ids)}`,
      hint: 'Take one of them out of the list that names it',
    });
    node.owner = undefined;
    node.gate = undefined;
  }
}

function checkGateScope(node: StageNode, report: Report): void {
  const { gate, owner } = node;
  if (!gate || gate.node.scope === node.scope) return;
  report.add({
    code: 'GATE_SCOPE',
    path: gate.path,
    message: `${quote(gate.node.id)} can only let stages of its own list run, and ${quote(node.id)} belongs to ${owner ? `${quote(owner.field)} of ${quote(owner.node.id)}` : 'the main graph'}`,
    hint: `Put both into the same list, or take ${quote(node.id)} out of ${quote(gate.field)}`,
  });
  node.gate = undefined;
}
