import { Graph, layout } from '@dagrejs/dagre';
import type { EdgeCoverage, PipelineCoverage, StageCoverage } from '../../../coverage.ts';
import { type Box, type Drawing, type Point, tightened } from './drawing.ts';

/** Sizes in pixels that the layout has to know of the text. */
export interface Sizes {
  readonly stage: (stage: StageCoverage) => { readonly width: number; readonly height: number };
  readonly label: (edge: EdgeCoverage) => { readonly width: number; readonly height: number };
}

/** Around the drawing, and between what is in a frame and its lower end. */
const [MARGIN, FRAME_END] = [16, 14];

/**
 * A pipeline as a drawing from the top to the bottom. dagre has no edges to or from frames. So an owner is its own box as
 * the first thing in its frame, with its lists below one another, and a point below each list holds them in order: the
 * edges of the owner leave from the last of these points.
 */
export function drawingOf({ stages, edges }: PipelineCoverage, sizes: Sizes): Drawing {
  const graph = new Graph({ compound: true, multigraph: true });
  graph.setGraph({ rankdir: 'TB', nodesep: 26, edgesep: 14, ranksep: 30, marginx: MARGIN, marginy: MARGIN });
  const places = new Map(stages.map((stage, i) => [stage.id, i]));
  const lists = listsOf(stages, places);
  const below = (i: number): string => (lists.has(i) ? point(i, lists.get(i)?.at(-1) ?? '') : box(i));
  for (const [i, stage] of stages.entries()) graph.setNode(box(i), sizes.stage(stage));
  for (const [i, fields] of lists) {
    graph.setNode(frame(i), {});
    graph.setParent(box(i), frame(i));
    for (const field of fields) {
      graph.setNode(list(i, field), {});
      graph.setParent(list(i, field), frame(i));
      graph.setNode(point(i, field), { width: 1, height: 1 });
      graph.setParent(point(i, field), frame(i));
    }
  }
  const [starts, ends] = [new Set(edges.map(({ from }) => from)), new Set(edges.map(({ to }) => to))];
  for (const [i, { id, owner }] of stages.entries()) {
    const place = owner && places.get(owner.stage);
    if (owner === undefined || place === undefined) continue;
    graph.setParent(lists.has(i) ? frame(i) : box(i), list(place, owner.field));
    const before = lists.get(place)?.[(lists.get(place)?.indexOf(owner.field) ?? 0) - 1];
    // These are not drawn.
    if (!ends.has(id))
      graph.setEdge(before === undefined ? box(place) : point(place, before), box(i), { weight: 4 }, 'in');
    if (!starts.has(id)) graph.setEdge(below(i), point(place, owner.field), { weight: 1 }, 'out');
  }
  for (const [n, edge] of edges.entries()) {
    const [from, to] = [places.get(edge.from), places.get(edge.to)];
    if (from === undefined || to === undefined) continue;
    graph.setEdge(below(from), box(to), { ...sizes.label(edge), labelpos: 'c', weight: 2 }, String(n));
  }
  layout(graph);
  return tightened(read(graph, { stages, edges }, places));
}

const ORDER = ['try_stages', 'catch_stages', 'finally_stages'];

/** The lists of each owner by its place, in the order in which they run. */
function listsOf(stages: readonly StageCoverage[], places: ReadonlyMap<string, number>): Map<number, string[]> {
  const lists = new Map<number, string[]>();
  for (const { owner } of stages) {
    const place = owner && places.get(owner.stage);
    if (owner === undefined || place === undefined) continue;
    const fields = lists.get(place) ?? [];
    lists.set(place, fields.includes(owner.field) ? fields : [...fields, owner.field]);
  }
  for (const fields of lists.values()) fields.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b));
  return lists;
}

const box = (stage: number): string => `stage ${stage}`;
const frame = (owner: number): string => `frame ${owner}`;
const list = (owner: number, field: string): string => `list ${owner} ${field}`;
const point = (owner: number, field: string): string => `point ${owner} ${field}`;

function read(
  graph: Placed,
  { stages, edges }: Pick<PipelineCoverage, 'stages' | 'edges'>,
  places: ReadonlyMap<string, number>,
): Drawing {
  const boxes = new Map(graph.nodes().map((name) => [name, boxOf(graph.node(name))]));
  const bottom = (name: string): number => {
    const { y, height } = boxes.get(name) ?? NOWHERE;
    const inside = graph.children(name).filter((child) => !child.startsWith('point '));
    return inside.length === 0 ? y + height : Math.max(...inside.map(bottom)) + FRAME_END;
  };
  const frames = [...boxes]
    .filter(([name]) => /^(frame|list) /.test(name))
    .map(([name, { x, y, width }]) => ({
      depth: depthOf(graph, name),
      box: { x, y, width, height: bottom(name) - y },
      list: /^list \d+ (.*)$/s.exec(name)?.[1],
    }));
  return {
    width: graph.graph().width,
    height: Math.max(0, ...graph.children().map(bottom)) + MARGIN,
    boxes: stages.map((_, i) => boxes.get(box(i)) ?? NOWHERE),
    frames: frames.sort((a, b) => a.depth - b.depth),
    edges: graph.edges().flatMap(({ v, w, name }) => {
      const edge = edges[Number(name)];
      if (edge === undefined) return [];
      const { points, x, y } = graph.edge(v, w, name);
      const from = places.get(edge.from) ?? 0;
      // Out of the point below the lists: it begins where the frame ends.
      const start = v.startsWith('point ') ? [{ x: points[0]?.x ?? x, y: bottom(frame(from)) }] : [];
      return [{ edge, points: [...start, ...points], label: { x, y } }];
    }),
  };
}

const NOWHERE: Box = { x: 0, y: 0, width: 0, height: 0 };

/** What dagre's graph answers once it is laid out. */
interface Placed {
  graph(): { readonly width: number };
  nodes(): string[];
  node(name: string): Box;
  parent(name: string): string | undefined;
  /** Without a name: those that have no parent. */
  children(name?: string): string[];
  edges(): { readonly v: string; readonly w: string; readonly name?: string | undefined }[];
  edge(v: string, w: string, name: string | undefined): Point & { readonly points: readonly Point[] };
}

function depthOf(graph: Placed, name: string): number {
  const parent = graph.parent(name);
  return parent === undefined ? 0 : depthOf(graph, parent) + 1;
}

/** dagre tells the middle. */
function boxOf({ x, y, width, height }: Box): Box {
  return { x: x - width / 2, y: y - height / 2, width, height };
}
