import type { JsonPath } from '../json.ts';
import { own } from '../json.ts';
import { quote } from '../quote.ts';
import type { Scope, StageNode } from './model.ts';
import type { Report } from './report.ts';

/** What is allowed and still hardly meant (PIPELINES.md 5). Scopes are in topological order, enclosing ones first. */
export function checkDoubtful(scopes: readonly Scope[], report: Report): void {
  const effects = stagesWithEffects(scopes);
  for (const scope of scopes) {
    for (const list of listsOf(scope)) checkEffectOrder(list, effects, report);
    checkReturns(scope, report);
  }
}

/** Stages that one list of the file names together. */
interface List {
  readonly node: StageNode;
  readonly path: JsonPath;
  readonly stages: StageNode[];
}

/** The list that is the scope, and those of its gates. */
function listsOf(scope: Scope): List[] {
  const lists = new Map<string, List>();
  const add = (node: StageNode, place: readonly (string | number)[], stage: StageNode) => {
    const key = JSON.stringify([node.place, ...place]);
    const list = lists.get(key) ?? { node, path: [...node.path, 'config', ...place], stages: [] };
    list.stages.push(stage);
    lists.set(key, list);
  };
  for (const stage of scope.stages) {
    const { owner, gate } = stage;
    if (owner) add(owner.node, [owner.field], stage);
    // The path of a gate's listing ends with the index, unless the only id stands there alone.
    if (gate)
      add(
        gate.node,
        gate.path.slice(gate.node.path.length + 1).filter((step) => typeof step === 'string'),
        stage,
      );
  }
  return [...lists.values()];
}

/** Those that touch the world outside, and owners of such. */
function stagesWithEffects(scopes: readonly Scope[]): ReadonlySet<StageNode> {
  const found = new Set<StageNode>();
  // Inner scopes come last, so that an owner is known before its own scope is looked at.
  for (const scope of [...scopes].reverse()) {
    for (const stage of scope.stages) {
      if (!stage.component?.effects && !found.has(stage)) continue;
      found.add(stage);
      if (scope.owner) found.add(scope.owner);
    }
  }
  return found;
}

/** A list is a set: two stages with effects in it should say which comes first. One warning per list is enough. */
function checkEffectOrder(list: List, effects: ReadonlySet<StageNode>, report: Report): void {
  const stages = list.stages.filter((stage) => effects.has(stage)).sort((a, b) => a.index - b.index);
  for (const [i, later] of stages.entries()) {
    const earlier = stages[i - 1];
    if (!earlier || reaches(later, earlier)) continue;
    const [first, second] = earlier.place < later.place ? [earlier, later] : [later, earlier];
    report.add({
      code: 'UNORDERED_EFFECTS',
      severity: 'warning',
      path: list.path,
      message: `${quote(first.id)} and ${quote(second.id)} both have effects, and nothing says which comes first: a list is a set`,
      hint: `Add \`"depends_on": ["${first.id}"]\` to ${quote(second.id)} if the order matters`,
    });
    return;
  }
}

/** Whether a stage waits for an earlier one of its scope; looks only at what lies between the two. */
function reaches(later: StageNode, earlier: StageNode): boolean {
  const seen = new Set([later]);
  for (const node of seen) {
    if (node === earlier) return true;
    for (const next of node.edges.keys()) if (next.index >= earlier.index) seen.add(next);
  }
  return false;
}

/** A conditional `return` that nothing waits for ends the run at some time, while the rest goes on beside it. */
function checkReturns(scope: Scope, report: Report): void {
  const awaited = new Set(scope.stages.flatMap((stage) => [...stage.edges.keys()]));
  for (const stage of scope.stages) {
    const condition = own(stage.config, 'condition');
    if (stage.component?.name !== 'return' || condition === undefined || condition === true || awaited.has(stage))
      continue;
    report.add({
      code: 'UNUSED_RETURN',
      severity: 'warning',
      path: [...stage.path, 'id'],
      message: `Nothing depends on ${quote(stage.id)}, so the other stages run whatever it decides`,
      hint: `Add \`"depends_on": ["${stage.id}"]\` to what should run only if it does not return`,
    });
  }
}
