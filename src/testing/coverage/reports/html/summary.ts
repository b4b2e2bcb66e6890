import type { Coverage, ReportOptions } from '../../coverage.ts';
import { type Markup, markup } from '../markup.ts';
import { bar, legend, mark, totalsList } from './marks.ts';
import { type PipelineView, WORDS } from './view.ts';

/** Fewer pipelines are seen at a glance. */
const FEWEST_FILTERED = 12;

/** Everything at a glance: the totals, and a table of all pipelines with the least covered ones first. */
export function summaryPart(
  views: readonly PipelineView[],
  { totals }: Coverage,
  { at, version, project }: ReportOptions,
): Markup {
  const whole = views.filter(({ state }) => state === 'covered').length;
  const moment = new Date(at).toISOString();
  return markup`<section id="summary" class="summary" tabindex="-1" aria-labelledby="title">
<header>
<p class="kicker">Test coverage</p>
<h1 id="title">${project}</h1>
<p class="about"><time datetime="${moment}">${moment.slice(0, 16).replace('T', ' ')} UTC</time> · FlowMason ${version} · ${wholeWords(whole, views.length)}</p>
</header>
${totalsList(totals)}
${views.length === 0 ? markup`<p class="reason">No test ran a pipeline.</p>` : views.length > 1 ? table(views) : ''}
${legend()}
</section>`;
}

function wholeWords(whole: number, all: number): string {
  if (all === 0) return 'no pipelines';
  if (all === 1) return whole === 1 ? 'its pipeline is covered whole' : 'its pipeline is not covered whole';
  return `${whole} of ${all} pipelines covered whole`;
}

function table(views: readonly PipelineView[]): Markup {
  const filter =
    views.length < FEWEST_FILTERED
      ? markup``
      : markup`<p class="filter" hidden><label>Show pipelines with <input type="search" autocomplete="off" spellcheck="false" placeholder="part of a name"></label> <span role="status"></span></p>`;
  return markup`${filter}<div class="table" role="region" aria-labelledby="title" tabindex="0"><table>
<thead><tr><th scope="col">Pipeline</th><th scope="col">Stages</th><th scope="col">Branches</th><th scope="col" class="figure">Missing</th><th scope="col" class="figure">Runs</th></tr></thead>
<tbody>${views.map(row)}</tbody>
</table></div>`;
}

function row({ id, pipeline, state, totals: { stages, branches } }: PipelineView): Markup {
  const left = stages.total - stages.covered + branches.total - branches.covered;
  return markup`<tr><th scope="row" data-value="${pipeline.pipeline}"><a href="#${id}">${mark(state)}<span class="name">${pipeline.pipeline}</span></a><span class="words"> ${WORDS[state]}</span><span class="file">${pipeline.file}</span></th><td data-value="${stages.percent}">${bar(stages)}</td><td data-value="${branches.percent}">${bar(branches)}</td><td class="figure" data-value="${left}">${left}</td><td class="figure" data-value="${pipeline.runs}">${pipeline.runs}</td></tr>
`;
}
