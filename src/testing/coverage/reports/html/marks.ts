import type { CoverageTotals, Ratio } from '../../coverage.ts';
import { Markup, markup } from '../markup.ts';
import { type State, WORDS } from './view.ts';

/** Marks, arrow tips and hatching that the page refers to. Not `display: none`: browsers then leave patterns out. */
export const DEFINITIONS =
  new Markup(`<svg class="definitions" width="0" height="0" aria-hidden="true" focusable="false">
<symbol id="mark-covered" viewBox="0 0 16 16"><circle class="disc" cx="8" cy="8" r="7.5"/><path class="stroke" d="M4.6 8.3l2.3 2.4 4.5-5"/></symbol>
<symbol id="mark-partial" viewBox="0 0 16 16"><circle class="ring" cx="8" cy="8" r="6.6"/><path class="disc" d="M8 1.4a6.6 6.6 0 0 0 0 13.2z"/></symbol>
<symbol id="mark-uncovered" viewBox="0 0 16 16"><circle class="ring" cx="8" cy="8" r="6.6"/><path class="cross" d="M5.4 5.4l5.2 5.2M10.6 5.4l-5.2 5.2"/></symbol>
<marker id="tip-taken" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M.5.8L7.2 4 .5 7.2z"/></marker>
<marker id="tip-untaken" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip untaken" d="M.5.8L7.2 4 .5 7.2z"/></marker>
<pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect class="hatch-ground" width="7" height="7"/><path class="hatch-line" d="M0 0v7"/></pattern>
<pattern id="half" width="8" height="8" patternUnits="userSpaceOnUse"><rect class="half-ground" width="8" height="8"/><circle class="half-dot" cx="2" cy="2" r="1"/></pattern>
</svg>`);

/** The mark of a state, for the eye only: words stand beside it or in a label. */
export function mark(state: State): Markup {
  return markup`<svg class="mark-icon ${state}" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true"><use href="#mark-${state}"/></svg>`;
}

/** A ratio as a bar with its figures. */
export function bar({ covered, total, percent }: Ratio): Markup {
  if (total === 0) return markup`<span class="ratio none">none</span>`;
  const state = percent === 100 ? 'covered' : covered === 0 ? 'uncovered' : 'partial';
  return markup`<span class="ratio"><svg class="bar ${state}" viewBox="0 0 100 6" preserveAspectRatio="none" aria-hidden="true"><rect class="track" width="100" height="6"/><rect class="fill" width="${percent}" height="6"/></svg><span class="percent">${percent} %</span><span class="count">${covered} of ${total}</span></span>`;
}

export function totalsList({ stages, branches }: CoverageTotals): Markup {
  return markup`<dl class="totals"><div><dt>Stages that ran</dt><dd>${bar(stages)}</dd></div><div><dt>Branches taken</dt><dd>${bar(branches)}</dd></div></dl>`;
}

/** What the marks mean. */
export function legend(): Markup {
  const states: readonly State[] = ['covered', 'partial', 'uncovered'];
  const notes = { covered: '', partial: ': some branch was not taken', uncovered: ': never ran' };
  return markup`<ul class="legend" aria-label="What the marks mean">${states.map(
    (state) => markup`<li>${mark(state)} ${WORDS[state]}${notes[state]}</li>`,
  )}</ul>`;
}
