import { existsSync, readFileSync } from 'node:fs';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { Coverage, PipelineCoverage } from '../../../src/testing/coverage/coverage.ts';
import { htmlReport } from '../../../src/testing/coverage/reports/html.ts';
import { NO_BROWSER, openBrowser } from '../../setup/browser.ts';
import { branch, coverageOf, OPTIONS, pipeline, stage } from './sample.ts';

/** Each would run a script in some context that is not escaped: element, attribute, style, script, SVG, comment. */
const OWN = [
  '<script>globalThis.ran = 1</script>',
  '</script><script>globalThis.ran = 1</script>',
  '</style><script>globalThis.ran = 1</script>',
  '</title></textarea><svg onload="globalThis.ran = 1">',
  '"><img src=x onerror="globalThis.ran = 1">',
  "' autofocus onfocus='globalThis.ran = 1' x='",
  '" autofocus onfocus="globalThis.ran = 1" x="',
  '--><svg><animate onbegin="globalThis.ran = 1" attributeName=x dur=1s>',
  ']]><iframe srcdoc="<script>parent.ran = 1</script>"></iframe>',
  '<a href="javascript:globalThis.ran = 1">x</a><base href="https://example.invalid/">',
  '<foreignObject><body onload="globalThis.ran = 1"></foreignObject>',
  '&lt;script&gt;globalThis.ran = 1&lt;/script&gt;',
  '\u2028\u202e<b>\u0000</b>\ud800',
];
const FILE = '../shared/data/naughty/blns.json';
const CASES = [...OWN, ...(existsSync(FILE) ? (JSON.parse(readFileSync(FILE, 'utf8')) as string[]) : [])];
console.info(`${CASES.length} naughty strings go into the page of the coverage`);

const PAGE_FACTS = readFileSync(new URL('./fixtures/page-facts.js', import.meta.url), 'utf8');
/** Every kind of element that the page has of itself. */
const NAMES = [
  ...[
    'a',
    'b',
    'body',
    'button',
    'circle',
    'code',
    'dd',
    'details',
    'div',
    'dl',
    'dt',
    'g',
    'h1',
    'h2',
    'head',
    'header',
  ],
  ...['html', 'i', 'input', 'label', 'li', 'main', 'marker', 'meta', 'nav', 'p', 'path', 'pattern', 'rect', 'script'],
  ...['section', 'small', 'span', 'style', 'summary', 'svg', 'symbol', 'table', 'tbody', 'td', 'text', 'th', 'thead'],
  ...['time', 'title', 'tr', 'ul', 'use'],
];

/** A pipeline that has the text wherever one can be. */
function hostile(text: string): PipelineCoverage {
  const branches = [branch('router', text, 0), branch('when', 'true', 1)];
  const owner = { stage: `${text}1`, field: text };
  const stages = [
    stage(`${text}1`, 1, 1, { component: text, branches }),
    stage(`${text}2`, 2, 0, { component: text, owner }),
    stage(`${text}3`, 0, 1, { branches }),
  ];
  const edges = [{ from: `${text}1`, to: `${text}3`, kind: 'gate' as const, branches: [text], hits: 1 }];
  const source = `${text}\n${JSON.stringify({ [text]: text })}\n${text}`;
  return pipeline(text, stages, { version: text, file: text, text: source, edges });
}

/** The page without its own protection, so that it is the escaping that holds. */
function unprotected(coverage: Coverage, text: string): string {
  const html = htmlReport(coverage, { ...OPTIONS, project: text, version: text });
  const policy = /<meta http-equiv="Content-Security-Policy"[^>]*>/;
  expect(html).toMatch(policy);
  return html.replace(policy, '');
}

describe.skipIf(NO_BROWSER)('names and texts that are hostile', () => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await openBrowser();
  });
  afterAll(() => browser?.close());

  async function open(html: string) {
    const context = await browser.newContext({ viewport: { width: 1200, height: 800 } });
    onTestFinished(() => context.close());
    const page = await context.newPage();
    const found: string[] = [];
    page.on('dialog', (dialog) => {
      found.push(`dialog ${dialog.message()}`);
      return dialog.dismiss();
    });
    page.on('request', (request) => found.push(`request ${request.url()}`));
    page.on('pageerror', (error) => found.push(`error ${error}`));
    await page.setContent(html, { waitUntil: 'load' });
    return { page, found };
  }

  it('run nothing, load nothing, and add no element of their own', async () => {
    const pipelines = CASES.map(hostile);
    const { page, found } = await open(unprotected(coverageOf(...pipelines), CASES.join(' ')));
    const facts = await page.evaluate(PAGE_FACTS);
    expect(found).toEqual([]);
    expect(facts).toEqual({
      ran: false,
      scripts: 1,
      styles: 1,
      sections: pipelines.length + 1,
      names: NAMES,
      attributes: [],
      links: [],
    });
  });

  it('are shown as they are', async () => {
    const { page } = await open('');
    for (const text of OWN.slice(0, -1)) {
      await page.setContent(unprotected(coverageOf(hostile(text)), text));
      expect(await page.locator('h1').textContent()).toBe(text);
      expect(await page.title()).toBe(`Coverage of ${text}`);
      const lines = await page.locator('.line code').allTextContents();
      expect(lines[0]).toContain(text);
      expect(await page.locator('a.stage').first().getAttribute('aria-label')).toContain(`${text}1, ${text}: partly`);
    }
  });
});

describe('the policy of the page', () => {
  it.skipIf(NO_BROWSER)('would stop a script that came through all the same', async () => {
    const browser = await openBrowser();
    onTestFinished(() => browser.close());
    const html = htmlReport(coverageOf(hostile('x')), OPTIONS);
    const page = await browser.newPage();
    await page.setContent(
      html.replace('<main>', '<main><script>globalThis.ran = 1</script><img src="x" onerror="ran = 1">'),
    );
    expect(await page.evaluate("['ran' in globalThis, document.documentElement.className]")).toEqual([
      false,
      'scripted',
    ]);
  });
});
