import { type Markup, markup } from '../../markup.ts';
import { mark } from '../marks.ts';
import type { PipelineView } from '../view.ts';

/** Every stage as a tile, in the order of the file: for pipelines that no drawing would show well. */
export function tiles({ stages, pipeline }: PipelineView): Markup {
  return markup`<ol class="tiles" aria-label="Stages of ${pipeline.pipeline}">${stages.map(
    ({ stage, state, graphId, sourceId, label }) =>
      markup`<li><a class="tile ${state}" id="${graphId}" href="#${sourceId}" title="${label}" aria-label="${label}">${mark(state)}<span>${stage.id}</span></a></li>
`,
  )}</ol>`;
}
