import { quote } from '../quote.ts';
import { cycleText } from './cycles.ts';
import type { Edge, Scope, StageNode } from './model.ts';
import type { Report } from './report.ts';

/** A stage on the way down, and how many of its dependencies were looked at. */
interface Visit {
  readonly node: StageNode;
  readonly edges: readonly Edge[];
  next: number;
}

/**
 * Puts the stages of a scope into topological order, as near to the file's order as dependencies allow, and numbers
 * them. Cycles are reported, and then the answer is false. No recursion: a chain may be as long as a file.
 */
export function orderScope(scope: Scope, report: Report): boolean {
  const ordered: StageNode[] = [];
  const state = new Map<StageNode, 'open' | 'done'>();
  const reported = new Set<StageNode>();
  for (const start of scope.stages) {
    if (state.has(start)) continue;
    const stack: Visit[] = [open(start, state)];
    for (let top = stack.at(-1); top; top = stack.at(-1)) {
      const edge = top.edges[top.next++];
      if (!edge) {
        state.set(top.node, 'done');
        ordered.push(top.node);
        stack.pop();
      } else if (!state.has(edge.to)) stack.push(open(edge.to, state));
      else if (state.get(edge.to) === 'open') reportCycle(stack, edge.to, reported, report);
    }
  }
  scope.stages = ordered;
  for (const [index, node] of ordered.entries()) node.index = index;
  return reported.size === 0;
}

function open(node: StageNode, state: Map<StageNode, 'open' | 'done'>): Visit {
  state.set(node, 'open');
  return { node, edges: [...node.edges.values()].sort((a, b) => a.to.place - b.to.place), next: 0 };
}

function reportCycle(stack: readonly Visit[], back: StageNode, reported: Set<StageNode>, report: Report): void {
  // Cycles that share a stage are one knot: untying the first often unties the rest.
  if (reported.has(back)) return;
  const visits = stack.slice(stack.findIndex((visit) => visit.node === back));
  if (visits.some((visit) => reported.has(visit.node))) return;
  for (const visit of visits) reported.add(visit.node);

  const edges = visits.flatMap((visit) => visit.edges[visit.next - 1] ?? []);
  const ids = visits.flatMap((visit, i) => [visit.node.id, ...(edges[i]?.through ?? []).map((stage) => stage.id)]);
  const alone = ids.length === 1;
  const inside = edges.find((edge) => edge.through.length > 0);
  report.add({
    code: 'CYCLE',
    message: alone
      ? `Stage ${quote(back.id)} waits for itself: ${cycleText(ids)}`
      : `Stages wait for each other: ${cycleText(ids)}`,
    hint: inside ? throughHint(inside, back) : alone ? selfHint(back) : 'Remove one of these dependencies',
    ...edges[0]?.where(),
    path: edges[0]?.where().path ?? back.path,
  });
}

function throughHint(edge: Edge, owner: StageNode): string {
  const reader = edge.through.at(-1) ?? owner;
  return `What a body reads outside, its owner waits for: here ${quote(reader.id)} reads ${quote(edge.to.id)}`;
}

function selfHint(node: StageNode): string {
  for (let { owner } = node.scope; owner; { owner } = owner.scope) {
    if (owner.component?.name === 'loop') return 'In a loop `context.previous` holds what the iteration before gave';
  }
  return 'Its own output does not exist before it ends; remove the reference';
}
