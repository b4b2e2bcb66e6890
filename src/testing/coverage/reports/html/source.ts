import { parseSource } from '../../../../core/source/parse.ts';
import type { PipelineCoverage } from '../../coverage.ts';
import { Markup, markup } from '../markup.ts';
import { mark } from './marks.ts';
import { missingWords, type PipelineView, type StageView } from './view.ts';

/** Longer texts are shown in one colour: the page would have several times as many elements. */
const MOST_COLOURED = 5_000;

/** The depth, in characters, up to which a line keeps its indentation when it is wrapped. */
export const DEEPEST = 24;

/** Lines that belong together: one stage, several that share a line, or what is between stages. */
interface Block {
  readonly from: number;
  readonly stages: readonly StageView[];
}

/** The file with the stages marked where they stand, and with a link to the graph in each mark. */
export function sourcePart(view: PipelineView): Markup {
  const { pipeline, stages } = view;
  if (pipeline.text === '') return markup`<p class="reason">The text of this file is not known.</p>${unplaced(stages)}`;
  const lines = pipeline.text.replace(/^\ufeff/, '').split(/\r\n|\r|\n/);
  if (lines.at(-1) === '') lines.pop();
  const coloured = lines.length <= MOST_COLOURED;
  const blocks = blocksOf(view, lines.length);
  return markup`${unplaced(stages.filter(({ stage }) => !isPlaced(stage.line, lines.length)))}<div class="lines${coloured ? '' : ' long'}">${blocks.map(
    (block, i) =>
      blockPart(block, lines.slice(block.from - 1, (blocks[i + 1]?.from ?? lines.length + 1) - 1), coloured),
  )}</div>`;
}

function isPlaced(line: number, lines: number): boolean {
  return line > 0 && line <= lines;
}

/** Links need an end: stages that have no line stand above the text. */
function unplaced(stages: readonly StageView[]): Markup {
  if (stages.length === 0) return markup``;
  return markup`<ul class="unplaced">${stages.map((view) => markup`<li>${markOf(view)} ${view.stage.id} ${note(view)}</li>`)}</ul>`;
}

function blocksOf({ pipeline, stages }: PipelineView, lines: number): Block[] {
  const ends = stageEnds(pipeline);
  const starts = Map.groupBy(
    stages.filter(({ stage }) => isPlaced(stage.line, lines)),
    ({ stage }) => stage.line,
  );
  const blocks: Block[] = [];
  let free = 1;
  for (const [line, members] of [...starts].sort(([a], [b]) => a - b)) {
    const last = blocks.at(-1);
    if (last !== undefined && free > line) free = line;
    if (free < line) blocks.push({ from: free, stages: [] });
    blocks.push({ from: line, stages: members });
    free = Math.max(line, ...members.map(({ stage }) => ends.get(stage.id) ?? line)) + 1;
  }
  if (free <= lines) blocks.push({ from: free, stages: [] });
  return blocks;
}

/** The last line of each stage by id; empty when the text is not a pipeline any more. */
function stageEnds({ text }: PipelineCoverage): Map<string, number> {
  const source = parseSource(text);
  const { value } = source;
  const ends = new Map<string, number>();
  if (typeof value !== 'object' || value === null || Array.isArray(value) || !Array.isArray(value.stages)) return ends;
  for (const [i, stage] of value.stages.entries()) {
    const place = source.locate(['stages', i]);
    if (place === undefined || typeof stage !== 'object' || stage === null || Array.isArray(stage)) continue;
    const breaks = source.text.slice(place.offset, place.offset + place.length).match(/\r\n|\r|\n/g)?.length ?? 0;
    if (typeof stage.id === 'string') ends.set(stage.id, place.line + breaks);
  }
  return ends;
}

function blockPart({ from, stages }: Block, lines: readonly string[], coloured: boolean): Markup {
  const states = stages.map(({ state }) => state);
  const worst = ['uncovered', 'partial', 'covered'].find((state) => states.some((own) => own === state)) ?? 'between';
  const rows = lines.map((line, i) => {
    const first = i === 0 ? stages : [];
    return markup`<div class="line"><span class="number">${from + i}</span><span class="marks">${first.map(markOf)}</span><code class="in${indent(line)}">${coloured ? colour(line) : line}${first.map(note)}</code></div>`;
  });
  return markup`<div class="block ${worst}">${rows}</div>`;
}

/** Wrapped lines go on deeper than they begin; the page has a class for each depth. */
function indent(line: string): number {
  return Math.min(DEEPEST, line.length - line.trimStart().length);
}

function markOf({ stage, state, graphId, sourceId, label }: StageView): Markup {
  return markup`<a class="mark" id="${sourceId}" href="#${graphId}" aria-label="${label}" title="${label}">${mark(state)}<span>${stage.hits}×</span></a>`;
}

function note({ stage, state, missing }: StageView): Markup {
  if (missing === undefined) return markup``;
  return markup`<span class="note ${state}">${stage.id} <b>${missingWords(missing).join('; ')}</b></span>`;
}

/** Strings of JSON, with the colon when it is a key, and numbers and words outside of them. No string spans lines. */
const TOKENS = /("(?:[^"\\]|\\.)*")(\s*:)?|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|\b(?:true|false|null)\b/g;

function colour(line: string): Markup {
  let done = 0;
  let text = '';
  for (const { 0: token, 1: string, 2: colon, index } of line.matchAll(TOKENS)) {
    const kind = string === undefined ? 'literal' : colon === undefined ? 'string' : 'key';
    text += markup`${line.slice(done, index)}<i class="${kind}">${string ?? token}</i>${colon}`.text;
    done = index + token.length;
  }
  return new Markup(text + markup`${line.slice(done)}`.text);
}
