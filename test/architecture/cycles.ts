/** One cycle of each knot in a directed graph, as the nodes along it. */
export function findCycles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const done = new Set<string>();
  const trail: string[] = [];
  const cycles: string[][] = [];
  const walk = (node: string): void => {
    const at = trail.indexOf(node);
    if (at >= 0) {
      cycles.push(trail.slice(at));
      return;
    }
    if (done.has(node)) return;
    trail.push(node);
    for (const next of edges.get(node) ?? []) walk(next);
    trail.pop();
    done.add(node);
  };
  for (const node of edges.keys()) walk(node);
  return cycles;
}
