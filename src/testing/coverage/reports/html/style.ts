import { WIDEST, WIDTH_STEP } from './graph/draw.ts';
import { DEEPEST } from './source.ts';

const INDENTS = Array.from(
  { length: DEEPEST + 1 },
  (_, n) => `.in${n} { padding-left: ${n + 2}ch; text-indent: -${n + 2}ch; }`,
);

const WIDTHS = Array.from({ length: WIDEST / WIDTH_STEP }, (_, n) => `.least-${n} { min-width: ${n * WIDTH_STEP}px; }`);

/** The look of the page: light or dark as the reader's system has it, from the width of a phone on. */
export const STYLE = `
:root {
  color-scheme: light;
  --ground: #f6f5f1; --surface: #fffefb; --sunken: #f1efe9; --ink: #22262d; --muted: #646a73; --faint: #90949b;
  --line: #e3e0d8; --strong: #cbc7bc; --accent: #2f5f8f;
  --covered: #24704f; --partial: #915a06; --uncovered: #ad3140;
  --covered-wash: #eef5f0; --partial-wash: #fbf4e4; --uncovered-wash: #fbeeed;
  --key: #33517a; --string: #4d5560; --literal: #7a4b87;
  --sans: system-ui, -apple-system, "Segoe UI", "Noto Sans", "Liberation Sans", sans-serif;
  --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", "DejaVu Sans Mono", "Liberation Mono", monospace;
}
@media (prefers-color-scheme: dark) {
  :root {
    color-scheme: dark;
    --ground: #131519; --surface: #1a1d22; --sunken: #16181d; --ink: #e3e1dc; --muted: #a0a5ad; --faint: #757b84;
    --line: #2a2e35; --strong: #434953; --accent: #8db8e6;
    --covered: #6fc49b; --partial: #e0b15f; --uncovered: #f08f96;
    --covered-wash: #1b2723; --partial-wash: #29251b; --uncovered-wash: #2c1f22;
    --key: #9dbbe3; --string: #b9bcc2; --literal: #cfa6dc;
  }
}
* { box-sizing: border-box; }
html { scroll-padding: 1rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--ground); color: var(--ink); font: 400 15px/1.55 var(--sans); font-variant-numeric: tabular-nums; }
main { max-width: 1560px; margin: 0 auto; padding: clamp(1.25rem, 4vw, 3.5rem) clamp(1rem, 4vw, 3.5rem) 5rem; }
section:focus { outline: none; }
a { color: inherit; text-decoration-color: var(--strong); text-underline-offset: .2em; }
a:hover { text-decoration-color: currentColor; }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; border-radius: 4px; }
.definitions { position: absolute; }
header { margin-bottom: 1.75rem; }
h1, h2 { margin: 0; font-weight: 640; letter-spacing: -.018em; line-height: 1.15; text-wrap: balance; overflow-wrap: anywhere; }
h1 { font-size: clamp(1.9rem, 4.5vw, 2.75rem); }
h2 { font-size: clamp(1.45rem, 3.5vw, 2rem); }
h2 .mark-icon { width: .82em; height: .82em; margin-right: .4em; vertical-align: -.06em; }
h2 small { font-size: .5em; font-weight: 400; letter-spacing: 0; color: var(--muted); }
.kicker { margin: 0 0 .5rem; color: var(--muted); }
.about { margin: .55rem 0 0; color: var(--muted); overflow-wrap: anywhere; }
.file, .name { font-family: var(--mono); font-size: .9em; }
.reason, .whole { color: var(--muted); max-width: 44rem; }

.totals { display: flex; flex-wrap: wrap; gap: 1rem 3.5rem; margin: 0 0 2.25rem; }
.totals div { flex: 0 1 19rem; min-width: min(100%, 13rem); }
.totals dt { color: var(--muted); margin-bottom: .15rem; }
.totals dd { margin: 0; }
.totals .ratio { display: grid; grid-template-columns: auto 1fr; align-items: baseline; gap: .35rem .75rem; }
.totals .percent { font-size: 1.7rem; font-weight: 600; letter-spacing: -.02em; line-height: 1.2; min-width: 0; }
.totals .bar { grid-row: 2; grid-column: 1 / -1; width: 100%; }
.pipeline .totals .percent { font-size: 1.25rem; }
.ratio { display: inline-grid; grid-template-columns: minmax(3.5rem, 9rem) 4.6rem auto; align-items: center; gap: .7rem; }
.ratio.none { display: inline; color: var(--muted); }
.percent { text-align: right; white-space: nowrap; }
.count { color: var(--muted); white-space: nowrap; }
.bar { display: block; width: 100%; height: 6px; border-radius: 3px; overflow: hidden; }
.bar .track { fill: var(--line); }
.bar.covered .fill { fill: var(--covered); } .bar.partial .fill { fill: var(--partial); } .bar.uncovered .fill { fill: var(--uncovered); }

.mark-icon { flex: none; vertical-align: -.17em; }
.covered { --state: var(--covered); } .partial { --state: var(--partial); } .uncovered { --state: var(--uncovered); }
.mark-icon { color: var(--state); fill: var(--state); stroke: none; }
.ring { fill: none; stroke: currentColor; stroke-width: 1.7; }
.disc { fill: currentColor; stroke: none; }
.cross { fill: none; stroke: currentColor; stroke-width: 1.9; stroke-linecap: round; }
.stroke { fill: none; stroke: var(--surface); stroke-width: 1.9; stroke-linecap: round; stroke-linejoin: round; }
.legend { display: flex; flex-wrap: wrap; gap: .35rem 1.6rem; margin: 1.4rem 0 0; padding: 0; list-style: none; color: var(--muted); font-size: .87rem; }
.note { display: inline-block; padding: .02em .55em; border: 1px solid color-mix(in srgb, var(--state) 38%, transparent); border-radius: 1em; color: var(--state); font: 500 12px/1.6 var(--sans); overflow-wrap: anywhere; }
.note b { font-weight: inherit; }

.table { overflow-x: auto; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); }
table { width: 100%; border-collapse: collapse; }
th, td { padding: .7rem 1.1rem; text-align: left; vertical-align: middle; border-top: 1px solid var(--line); }
thead th { border-top: 0; padding-block: .6rem; color: var(--muted); font-weight: 400; font-size: .87rem; white-space: nowrap; }
thead button { all: unset; cursor: pointer; }
thead button:hover { color: var(--ink); }
thead button:focus-visible { outline: 2px solid var(--accent); outline-offset: 3px; border-radius: 3px; }
thead th button::after { content: "↕"; margin-left: .4em; opacity: .45; }
thead th[aria-sort=ascending] button::after { content: "↑"; opacity: 1; }
thead th[aria-sort=descending] button::after { content: "↓"; opacity: 1; }
tbody th { font-weight: 400; min-width: 14rem; }
tbody th a { text-decoration: none; }
tbody th a:hover .name { text-decoration: underline; text-underline-offset: .25em; }
tbody th .mark-icon { margin-right: .6em; }
tbody th .name { font-weight: 600; overflow-wrap: anywhere; }
tbody th .words { color: var(--muted); font-size: .87rem; }
tbody th .file { display: block; margin-left: calc(16px + .6em); color: var(--muted); font-size: .8em; overflow-wrap: anywhere; }
tbody tr:hover { background: var(--sunken); }
.figure { text-align: right; }
td .ratio { display: grid; }
.filter { margin: 0 0 .9rem; color: var(--muted); }
.filter input { width: min(16rem, 100%); padding: .35rem .7rem; border: 1px solid var(--strong); border-radius: 8px; background: var(--surface); color: var(--ink); font: inherit; }

.pipeline { margin-top: 4.5rem; }
nav { display: flex; flex-wrap: wrap; gap: .35rem 1.6rem; margin-bottom: 1.9rem; color: var(--muted); font-size: .9rem; }
nav a { overflow-wrap: anywhere; }
nav .all { margin-right: auto; }
nav .all::before { content: "← "; }
nav span { font-size: .9em; margin-right: .35em; }
nav .previous, nav .next { color: var(--ink); } nav .previous span, nav .next span { color: var(--muted); }
.single nav { display: none; }
@supports selector(:has(*)) {
  .several .pipeline { display: none; margin-top: 0; }
  .several .pipeline:target, .several .pipeline:has(:target) { display: block; }
  .several main:has(> .pipeline:target, > .pipeline :target) > .summary { display: none; }
}

.missing { margin: 0 0 1.75rem; }
.missing summary { cursor: pointer; color: var(--muted); width: fit-content; }
.missing ul { display: grid; grid-template-columns: fit-content(24rem) max-content 1fr; margin: .6rem 0 0; padding: .35rem 0; list-style: none; border: 1px solid var(--line); border-radius: 12px; background: var(--surface); max-height: 22rem; overflow: auto; width: fit-content; min-width: min(100%, 40rem); max-width: 100%; }
.missing li { display: grid; grid-template-columns: subgrid; grid-column: 1 / -1; align-items: baseline; gap: 1.4rem; padding: .28rem 1.1rem; }
.missing li a { text-decoration: none; overflow-wrap: anywhere; }
.missing li a:hover .name { text-decoration: underline; text-underline-offset: .25em; }
.missing li .mark-icon { margin-right: .6em; }
.missing .where { color: var(--muted); font-size: .87rem; white-space: nowrap; }
.missing .words { display: flex; flex-wrap: wrap; gap: .3rem; }

.halves { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1.15fr); gap: 1.5rem; align-items: start; }
.graph, .source { border: 1px solid var(--line); border-radius: 12px; background: var(--surface); }
.graph { position: sticky; top: 1rem; max-height: calc(100vh - 2rem); overflow: auto; overscroll-behavior: contain; }
.graph .reason { margin: 1rem 1.1rem .2rem; }
.picture { display: block; margin: 0 auto; max-width: 100%; height: auto; font-family: var(--sans); }
${WIDTHS.join(' ')}
.owner { fill: var(--sunken); stroke: var(--line); }
.list rect { fill: var(--surface); stroke: var(--strong); stroke-dasharray: 2 4; stroke-linecap: round; }
.list text { fill: var(--muted); font: 11.5px var(--sans); }
.edge { fill: none; stroke: var(--faint); stroke-width: 1.4; }
.edge.untaken { stroke: var(--strong); stroke-dasharray: 5 4; }
.tip { fill: var(--faint); } .tip.untaken { fill: var(--strong); }
.edge-label rect { fill: var(--surface); stroke: none; }
.edge-label.gate rect { stroke: var(--line); }
.edge-label text { fill: var(--muted); font-size: 11px; text-anchor: middle; }
.edge-label.untaken text { fill: var(--uncovered); }
.stage { cursor: pointer; text-decoration: none; }
.stage .box { fill: var(--covered-wash); stroke: var(--state); stroke-width: 1.3; }
.stage.partial .box { fill: url(#half); stroke-dasharray: 8 3; }
.stage.uncovered .box { fill: url(#hatch); stroke-dasharray: 3 3; }
.half-ground { fill: var(--partial-wash); } .half-dot { fill: var(--partial); opacity: .13; }
.hatch-ground { fill: var(--uncovered-wash); } .hatch-line { stroke: var(--uncovered); stroke-width: 1.6; opacity: .16; }
.stage .id { font: 600 13px var(--mono); fill: var(--ink); }
.stage .component { font-size: 11.5px; fill: var(--muted); }
.stage .hits { font-size: 11.5px; fill: var(--muted); text-anchor: end; }
.stage:hover .box { stroke-width: 2; }
.stage:focus { outline: none; }
.stage:focus-visible .box, .stage.chosen .box, html:not(.scripted) .stage:target .box { stroke: var(--accent); stroke-width: 3; stroke-dasharray: none; }
.tiles { display: grid; grid-template-columns: repeat(auto-fill, minmax(8.5rem, 1fr)); gap: .3rem; margin: 0; padding: .9rem 1.1rem 1.1rem; list-style: none; }
.tile { display: flex; align-items: center; gap: .45rem; padding: .2rem .5rem; border: 1px solid var(--line); border-radius: 6px; font: 12px var(--mono); text-decoration: none; }
.tile span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
.tile .mark-icon { width: 13px; height: 13px; }
.tile.partial, .tile.uncovered { border-color: var(--state); }
.tile.chosen, html:not(.scripted) .tile:target { outline: 2px solid var(--accent); }

.source { overflow: hidden; font: 12.5px/1.65 var(--mono); }
.lines { padding: .7rem 0; }
.block { border-left: 4px solid transparent; }
.long .block { content-visibility: auto; contain-intrinsic-height: auto 12rem; }
.block.covered { border-left-color: var(--covered); }
.block.partial { border-left: 4px dashed var(--partial); background: var(--partial-wash); }
.block.uncovered { border-left: 4px double var(--uncovered); background: var(--uncovered-wash); }
.block.chosen, html:not(.scripted) .block:has(:target) { box-shadow: inset 0 0 0 2px var(--accent); }
.line { display: grid; grid-template-columns: 3rem 4.4rem minmax(0, 1fr); }
.line:hover { background: color-mix(in srgb, var(--ink) 4%, transparent); }
.number { color: var(--muted); text-align: right; user-select: none; }
.marks { padding-left: .9rem; user-select: none; }
.mark { display: flex; align-items: center; gap: .35rem; color: var(--state); text-decoration: none; font: 500 12px/20.6px var(--sans); scroll-margin-block: 38vh; }
.mark .mark-icon { width: 14px; height: 14px; }
.lines code { font: inherit; white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; tab-size: 2; padding-right: 1rem; }
.lines .note { margin-left: 1.2em; text-indent: 0; line-height: 1.45; background: var(--surface); }
.lines i { font-style: normal; } .key { color: var(--key); } .string { color: var(--string); } .literal { color: var(--literal); }
${INDENTS.join(' ')}
.unplaced { margin: 0; padding: .7rem 1.1rem; list-style: none; border-bottom: 1px solid var(--line); }
.unplaced .mark { display: inline-flex; vertical-align: top; }

@media (max-width: 62rem) {
  .halves { grid-template-columns: minmax(0, 1fr); }
  .graph { position: static; max-height: 75vh; }
}
@media (max-width: 40rem) {
  body { font-size: 16px; }
  thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  tbody tr { display: grid; grid-template-columns: 1fr 1fr; gap: .35rem .9rem; padding: .9rem 1rem; border-top: 1px solid var(--line); }
  tbody tr:first-child { border-top: 0; }
  tbody tr[hidden] { display: none; }
  tbody th, tbody td { padding: 0; border: 0; }
  tbody th { grid-column: 1 / -1; min-width: 0; }
  td .ratio { grid-template-columns: 1fr auto; gap: .1rem .5rem; }
  td .bar { grid-column: 1 / -1; grid-row: 2; }
  td .percent { text-align: left; }
  td:nth-of-type(1)::before { content: "Stages"; } td:nth-of-type(2)::before { content: "Branches"; }
  td:nth-of-type(-n+2)::before { display: block; color: var(--muted); font-size: .8rem; }
  td.figure { display: none; }
  .missing ul { grid-template-columns: 1fr auto; }
  .missing li { gap: .1rem .8rem; }
  .missing .words { grid-column: 1 / -1; padding-left: calc(16px + .6em); margin-bottom: .3rem; }
  .line { grid-template-columns: 2.4rem 3.7rem auto; justify-content: start; }
  .source { overflow-x: auto; font-size: 12px; }
  .lines { width: max-content; min-width: 100%; }
  .lines code { white-space: pre; overflow-wrap: normal; padding-left: 0; text-indent: 0; }
  .marks { padding-left: .6rem; }
}
@media (prefers-reduced-motion: no-preference) { .stage .box, a { transition: stroke-width .12s, text-decoration-color .12s; } }
@media print {
  .several .pipeline { display: block; break-before: page; }
  .graph, .missing ul { position: static; max-height: none; overflow: visible; }
  .halves { display: block; } .source { margin-top: 1rem; } nav, .filter { display: none; }
}
`;
