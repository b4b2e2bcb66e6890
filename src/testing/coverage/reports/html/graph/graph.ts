import { type Markup, markup } from '../../markup.ts';
import type { PipelineView } from '../view.ts';
import { graphDrawing, graphPicture, WIDEST } from './draw.ts';
import { tiles } from './tiles.ts';

/** Beyond these a drawing takes seconds to lay out and many screens to look at. */
const [MOST_STAGES, MOST_EDGES] = [200, 400];

/** What is left of drawing for the whole page, in stages: with some hundred pipelines, those with least coverage have it. */
export interface Budget {
  stages: number;
}

export const DRAWN_STAGES = 2_000;

/** The graph of a pipeline, or what stands for it and why. Takes what it draws off the budget. */
export function graphPart(view: PipelineView, budget: Budget): Markup {
  const reason = whyNot(view, budget);
  if (reason !== undefined) return instead(view, reason);
  budget.stages -= view.stages.length;
  const drawing = graphDrawing(view);
  if (drawing.width > WIDEST)
    return instead(view, 'So many stages run side by side that a drawing would be too wide to read');
  return graphPicture(view, drawing);
}

function whyNot({ stages, pipeline: { edges } }: PipelineView, budget: Budget): string | undefined {
  const count = stages.length.toLocaleString('en');
  if (stages.length > MOST_STAGES) return `With ${count} stages a drawing would be too large to read`;
  if (edges.length > MOST_EDGES)
    return `With ${edges.length.toLocaleString('en')} edges a drawing would be too dense to read`;
  return stages.length > budget.stages ? 'There are more stages in this report than it draws' : undefined;
}

function instead(view: PipelineView, reason: string): Markup {
  return markup`<p class="reason">${reason}. Each stage is a tile instead, in the order of the file.</p>${tiles(view)}`;
}
