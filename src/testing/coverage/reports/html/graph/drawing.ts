import type { EdgeCoverage } from '../../../coverage.ts';

/** In pixels, from the left and the top. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedEdge {
  readonly edge: EdgeCoverage;
  /** From the one end to the other, with the bends between. */
  readonly points: readonly Point[];
  /** The middle of the label. */
  readonly label: Point;
}

/** Where everything of a drawing is. */
export interface Drawing {
  readonly width: number;
  readonly height: number;
  /** By the place of the stage in the pipeline. */
  readonly boxes: readonly Box[];
  /** Around an owner with its lists, and around each of the lists, outer ones first. */
  readonly frames: readonly { readonly box: Box; readonly list: string | undefined }[];
  readonly edges: readonly PlacedEdge[];
}

/** Height of a label, and of the name above a list. */
export const [LABEL_HEIGHT, NAME_HEIGHT] = [18, 20];

/** What may stay empty between two things that are below one another. */
const MOST_EMPTY = 24;

interface Band {
  readonly from: number;
  readonly to: number;
}

/** The same drawing without the high empty bands that dagre leaves around frames. Nothing changes its order. */
export function tightened(drawing: Drawing): Drawing {
  const cuts = emptyBands(drawing).map(({ from, to }) => ({ from: from + MOST_EMPTY, to }));
  const moved = (y: number): number =>
    cuts.reduce((sum, { from, to }) => sum - Math.min(Math.max(0, y - from), to - from), y);
  const point = ({ x, y }: Point): Point => ({ x, y: moved(y) });
  const box = ({ x, y, width, height }: Box): Box => ({ x, y: moved(y), width, height: moved(y + height) - moved(y) });
  return {
    width: drawing.width,
    height: moved(drawing.height),
    boxes: drawing.boxes.map(box),
    frames: drawing.frames.map(({ box: frame, list }) => ({ box: box(frame), list })),
    edges: drawing.edges.map(({ edge, points, label }) => ({ edge, points: points.map(point), label: point(label) })),
  };
}

/** Where nothing is but lines, and more of it than need be. */
function emptyBands({ boxes, frames, edges }: Drawing): Band[] {
  const taken = [
    ...boxes.map(({ y, height }) => ({ from: y, to: y + height })),
    ...edges.map(({ label: { y } }) => ({ from: y - LABEL_HEIGHT / 2, to: y + LABEL_HEIGHT / 2 })),
    ...frames.flatMap(({ box: { y, height }, list }) => [
      { from: list === undefined ? y : y - NAME_HEIGHT, to: y },
      { from: y + height, to: y + height },
    ]),
  ].sort((a, b) => a.from - b.from);
  const empty: Band[] = [];
  let [end = 0] = taken.map(({ to }) => to);
  for (const { from, to } of taken) {
    if (from - end > MOST_EMPTY) empty.push({ from: end, to: from });
    end = Math.max(end, to);
  }
  return empty;
}
