import { type Markup, markup } from '../markup.ts';
import { type Budget, graphPart } from './graph/graph.ts';
import { mark, totalsList } from './marks.ts';
import { sourcePart } from './source.ts';
import { missingWords, type PipelineView, ran, type StageView } from './view.ts';

/** More would push the graph off the screen: the list is then closed at first. */
const MOST_OPEN = 8;

/** One pipeline: what is missing, its graph, and its source beside that. */
export function pipelinePart(view: PipelineView, around: Around, budget: Budget): Markup {
  const { id, pipeline, totals } = view;
  return markup`<section id="${id}" class="pipeline" tabindex="-1" aria-labelledby="${id}-title">
${wayOn(around)}
<header>
<h2 id="${id}-title">${mark(view.state)}${pipeline.pipeline} <small>${pipeline.version}</small></h2>
<p class="about"><span class="file">${pipeline.file}</span> · ${ran(pipeline.runs)}</p>
</header>
${around.before || around.after ? totalsList(totals) : ''}
${missingPart(view)}
<div class="halves">
<div class="graph" role="region" tabindex="0" aria-label="Graph of ${pipeline.pipeline}">${graphPart(view, budget)}</div>
<div class="source" role="region" tabindex="0" aria-label="Source of ${pipeline.pipeline}">${sourcePart(view)}</div>
</div>
</section>
`;
}

/** The pipelines before and after it in the summary. */
export interface Around {
  readonly before: PipelineView | undefined;
  readonly after: PipelineView | undefined;
}

function wayOn({ before, after }: Around): Markup {
  const step = (view: PipelineView | undefined, word: string): Markup =>
    view ? markup`<a class="${word}" href="#${view.id}"><span>${word}</span> ${view.pipeline.pipeline}</a>` : markup``;
  return markup`<nav aria-label="Pipelines"><a class="all" href="#summary">All pipelines</a>${step(before, 'previous')}${step(after, 'next')}</nav>`;
}

function missingPart({ missing }: PipelineView): Markup {
  if (missing.length === 0) return markup`<p class="whole">Every stage ran and every branch was taken.</p>`;
  const count = missing.length === 1 ? '1 stage' : `${missing.length.toLocaleString('en')} stages`;
  return markup`<details class="missing"${missing.length <= MOST_OPEN ? markup` open` : ''}><summary>Missing in ${count}</summary><ul>${missing.map(missingItem)}</ul></details>`;
}

function missingItem({ stage, state, sourceId, missing }: StageView): Markup {
  const words = missing ? missingWords(missing) : [];
  return markup`<li><a href="#${sourceId}">${mark(state)}<span class="name">${stage.id}</span></a><span class="where">${stage.line > 0 ? `line ${stage.line}` : ''}</span><span class="words">${words.map((text) => markup`<span class="note ${state}">${text}</span>`)}</span></li>
`;
}
