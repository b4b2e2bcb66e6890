import { printable } from '../../../../../core/quote.ts';
import type { EdgeCoverage, StageCoverage } from '../../../coverage.ts';
import { type Markup, markup } from '../../markup.ts';
import type { PipelineView, StageView } from '../view.ts';
import { type Box, type Drawing, LABEL_HEIGHT, type PlacedEdge, type Point } from './drawing.ts';
import { drawingOf } from './layout.ts';

const GATES: ReadonlySet<string> = new Set(['conditional', 'router']);

/** Pixels of a character: of the fixed font of ids, and of the other ones at most. */
const [ID_WIDTH, TEXT_WIDTH] = [7.9, 6.3];
const STAGE_HEIGHT = 46;
const [LONGEST_ID, LONGEST_LABEL] = [30, 36];

/** A drawing may be shown this much smaller; the page has a class for each step of the width that it then has. */
const LEAST_SCALE = 0.75;
export const WIDTH_STEP = 100;

/** A drawing that is wider, in pixels, is of no use. */
export const WIDEST = 6_000;

/** The drawing of a pipeline, with a link to the source in each stage. */
export function graphDrawing({ pipeline }: PipelineView): Drawing {
  return drawingOf(pipeline, {
    stage: stageSize,
    label: (edge) => ({ width: labelWidth(edge), height: LABEL_HEIGHT }),
  });
}

export function graphPicture({ pipeline, stages }: PipelineView, drawing: Drawing): Markup {
  const [width, height] = [Math.ceil(drawing.width), Math.ceil(drawing.height)];
  const least = Math.floor((width * LEAST_SCALE) / WIDTH_STEP);
  return markup`<svg class="picture least-${least}" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="group" aria-label="Graph of ${pipeline.pipeline}">
${drawing.frames.map(({ box, list }) => framePart(box, list))}
${drawing.edges.map(edgePart)}
${drawing.edges.map(labelPart)}
${stages.map((view, i) => stagePart(view, drawing.boxes[i]))}
</svg>`;
}

function stageSize({ id, component }: StageCoverage): { width: number; height: number } {
  const text = Math.max(cut(id, LONGEST_ID).length * ID_WIDTH, cut(component, LONGEST_ID).length * TEXT_WIDTH);
  return { width: Math.max(110, Math.ceil(text) + 68), height: STAGE_HEIGHT };
}

function stagePart({ stage, state, graphId, sourceId, label }: StageView, box: Box | undefined): Markup {
  if (box === undefined) return markup``;
  const { x, y, width, height } = box;
  const right = x + width - 14;
  return markup`<a class="stage ${state}" id="${graphId}" href="#${sourceId}" aria-label="${label}"><title>${label}</title>${shape(stage, box)}<text class="id" x="${x + 14}" y="${y + 20}">${cut(stage.id, LONGEST_ID)}</text><text class="component" x="${x + 14}" y="${y + 35}">${cut(stage.component, LONGEST_ID)}</text><use class="mark-icon ${state}" href="#mark-${state}" x="${right - 15}" y="${y + 7}" width="15" height="15"/><text class="hits" x="${right}" y="${y + height - 11}">${stage.hits}×</text></a>
`;
}

/** Gates have pointed sides, all others round corners. */
function shape({ component }: StageCoverage, { x, y, width, height }: Box): Markup {
  if (!GATES.has(component))
    return markup`<rect class="box" x="${x}" y="${y}" width="${width}" height="${height}" rx="9"/>`;
  const [right, middle, bottom] = [x + width, y + height / 2, y + height];
  return markup`<path class="box" d="M${x + 9} ${y}H${right - 9}L${right + 4} ${middle}L${right - 9} ${bottom}H${x + 9}L${x - 4} ${middle}Z"/>`;
}

function framePart({ x, y, width, height }: Box, list: string | undefined): Markup {
  if (list === undefined)
    return markup`<rect class="owner" x="${x}" y="${y}" width="${width}" height="${height}" rx="14"/>
`;
  return markup`<g class="list"><rect x="${x}" y="${y}" width="${width}" height="${height}" rx="10"/><text x="${x + 4}" y="${y - 6}">${cut(list, LONGEST_LABEL)}</text></g>
`;
}

function edgePart({ edge, points }: PlacedEdge): Markup {
  const taken = edge.hits > 0 ? 'taken' : 'untaken';
  return markup`<path class="edge ${taken}" d="${curve(points)}" marker-end="url(#tip-${taken})"/>
`;
}

function labelPart({ edge, label: { x, y } }: PlacedEdge): Markup {
  const width = labelWidth(edge);
  const [left, top] = [round(x - width / 2), round(y - LABEL_HEIGHT / 2)];
  return markup`<g class="edge-label ${edge.hits > 0 ? 'taken' : 'untaken'} ${edge.kind}"><title>${edge.from} to ${edge.to}: ${edge.hits}×</title><rect x="${left}" y="${top}" width="${width}" height="${LABEL_HEIGHT}" rx="9"/><text x="${round(x)}" y="${round(y + 4)}">${labelText(edge)}</text></g>
`;
}

function labelText({ kind, branches, hits }: EdgeCoverage): string {
  return kind === 'gate' && branches ? `${cut(branches.join(', '), LONGEST_LABEL)} · ${hits}×` : `${hits}×`;
}

function labelWidth(edge: EdgeCoverage): number {
  return Math.ceil(labelText(edge).length * TEXT_WIDTH) + 12;
}

/** A line through the bends that has no corners. */
function curve(points: readonly Point[]): string {
  const [first, ...rest] = points;
  const last = rest.at(-1);
  if (first === undefined || last === undefined) return '';
  const at = ({ x, y }: Point): string => `${round(x)} ${round(y)}`;
  let path = `M${at(first)}`;
  for (const [i, point] of rest.slice(0, -1).entries()) {
    const next = rest[i + 1] ?? last;
    const stop = i === rest.length - 2 ? next : { x: (point.x + next.x) / 2, y: (point.y + next.y) / 2 };
    path += `Q${at(point)} ${at(stop)}`;
  }
  return rest.length === 1 ? `${path}L${at(last)}` : path;
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}

function cut(text: string, most: number): string {
  const shown = printable(text);
  return shown.length > most ? `${shown.slice(0, most - 1)}…` : shown;
}
