import { sha256 } from '@noble/hashes/sha2.js';
import type { Coverage, ReportOptions } from '../../coverage.ts';
import { Markup, markup } from '../markup.ts';
import { DRAWN_STAGES } from './graph/graph.ts';
import { DEFINITIONS } from './marks.ts';
import { pipelinePart } from './pipeline.ts';
import { SCRIPT } from './script.ts';
import { STYLE } from './style.ts';
import { summaryPart } from './summary.ts';
import { viewsOf } from './view.ts';

/** The whole document. Of several pipelines it shows the one that the address names, of a single one all. */
export function page(coverage: Coverage, options: ReportOptions): Markup {
  const views = viewsOf(coverage.pipelines);
  const budget = { stages: DRAWN_STAGES };
  const parts = views.map((view, i) => pipelinePart(view, { before: views[i - 1], after: views[i + 1] }, budget));
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${new Markup(policy())}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="generator" content="FlowMason ${options.version}">
<title>Coverage of ${options.project}</title>
<style>${new Markup(STYLE)}</style>
</head>
<body class="${views.length > 1 ? 'several' : 'single'}">
${DEFINITIONS}
<main>
${summaryPart(views, coverage, options)}
${parts}</main>
<script>${new Markup(SCRIPT)}</script>
</body>
</html>
`;
}

/** Nothing is loaded and nothing runs but the style and the script of the page itself. */
function policy(): string {
  return `default-src 'none'; style-src '${digest(STYLE)}'; script-src '${digest(SCRIPT)}'; base-uri 'none'; form-action 'none'`;
}

function digest(text: string): string {
  return `sha256-${btoa(String.fromCharCode(...sha256(new TextEncoder().encode(text))))}`;
}
