import { describe, expect, it } from 'vitest';
import type { PipelineCoverage, StageCoverage } from '../../../src/testing/coverage/coverage.ts';
import { htmlReport } from '../../../src/testing/coverage/reports/html.ts';
import { branch, coverageOf, OPTIONS, pipeline, stage, templatesCoverage } from './sample.ts';

/** What stands between the tags, in order. */
function words(html: string): string {
  const text = html.replaceAll(/<(style|script|title)>.*?<\/\1>|<[^>]*>/gs, ' ');
  return text.replaceAll('&quot;', '"').replaceAll(/\s+/g, ' ');
}

/** Stages one after the other, each on a line of its own, and what one depends on. */
function chain(name: string, count: number, dependency: (i: number) => number): PipelineCoverage {
  const stages = Array.from({ length: count }, (_, i): StageCoverage => stage(`s${i}`, 4 + i, i % 3));
  const edges = stages.slice(1).map(({ id }, i) => ({
    from: `s${dependency(i)}`,
    to: id,
    kind: 'dependency' as const,
    hits: 1,
  }));
  return pipeline(name, stages, { edges });
}

describe('the page', () => {
  it('lists the pipelines with the least covered first', () => {
    const html = htmlReport(templatesCoverage(), OPTIONS);
    const rows = [...html.matchAll(/<th scope="row" data-value="([^"]*)">/g)].map(([, name]) => name);
    expect(rows).toEqual(['write-article', 'expense-approval', 'sync-users', 'my-pipeline']);
    expect(words(html)).toContain('2026-11-28 09:30 UTC · FlowMason 1.2.3 · 1 of 4 pipelines covered whole');
    expect(words(html)).toContain('Stages that ran 66.66 % 14 of 21 Branches taken 53.33 % 8 of 15');
  });

  it('tells everything that is missing of a pipeline', () => {
    const html = words(htmlReport(templatesCoverage(), OPTIONS));
    expect(html).toContain(
      'Missing in 5 stages extract line 14 retry: exhausted transform line 30 foreach: 1 item ' +
        'load line 64 trycatch: error send line 73 retry: exhausted keep line 83 never ran',
    );
    expect(html).toContain('Every stage ran and every branch was taken.');
  });

  it('needs nothing but itself', () => {
    const html = htmlReport(templatesCoverage(), OPTIONS);
    expect(html).not.toMatch(/\s(src|srcset|style|on\w+)=|@import|url\((?!#)/);
    for (const [, target] of html.matchAll(/\shref="([^"]*)"/g)) expect(target).toMatch(/^#/);
    expect(html).toMatch(/content="default-src 'none'; style-src 'sha256-[^']+'; script-src 'sha256-[^']+'; base-uri/);
  });

  it('has both ends of every link', () => {
    const html = htmlReport(templatesCoverage(), OPTIONS);
    const ids = [...html.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [, target] of html.matchAll(/(?:href="|url\()#([^")]*)/g)) expect(ids).toContain(target);
  });

  it('marks every stage three times by more than a colour: in words, by a mark, by a shape', () => {
    const html = htmlReport(templatesCoverage(), OPTIONS);
    expect(html).toContain('aria-label="keep, json-transform: not covered, never ran"');
    expect(html).toContain('aria-label="send, http-request: partly covered, ran 5 times; missing retry: exhausted"');
    expect(html).toContain('aria-label="tasks, http-request: covered, ran 17 times"');
    for (const state of ['covered', 'partial', 'uncovered']) expect(html).toContain(`href="#mark-${state}"`);
  });

  it('names lists, counts edges, and puts branches on the edges of gates', () => {
    const html = htmlReport(templatesCoverage(), OPTIONS);
    const texts = [...html.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map(([, text]) => text);
    expect(texts).toEqual(expect.arrayContaining(['loop_stages', 'try_stages', 'catch_stages']));
    expect(texts).toEqual(expect.arrayContaining(['16×', 'true · 3×', 'false · 0×']));
  });

  it('shows a single pipeline at once, and says when there is none', () => {
    const [first] = templatesCoverage().pipelines;
    const alone = htmlReport(coverageOf(first as PipelineCoverage), OPTIONS);
    expect(alone).toContain('<body class="single">');
    expect(alone).not.toContain('<table>');
    expect(words(htmlReport(coverageOf(), OPTIONS))).toContain('No test ran a pipeline.');
  });

  it('shows source that is not known, not JSON, or does not have the line of a stage', () => {
    const stages = [stage('a', 2, 1), stage('b', 40, 0), stage('c', 0, 1)];
    const broken = htmlReport(coverageOf(pipeline('x', stages, { text: '{\n  "stages": [\n{{{\n' })), OPTIONS);
    expect(words(broken)).toContain('0× b b never ran 1× c 1 { 2 1× "stages" : [ 3 {{{');
    const unknown = htmlReport(coverageOf(pipeline('x', stages, { text: '' })), OPTIONS);
    expect(words(unknown)).toContain('The text of this file is not known.');
    for (const html of [broken, unknown]) for (const n of [1, 2, 3]) expect(html).toContain(`id="p1-s${n}"`);
  });

  it('marks several stages on one line each by itself', () => {
    const stages = [stage('a', 4, 1), stage('b', 4, 0), stage('c', 5, 2)];
    const html = htmlReport(coverageOf(pipeline('x', stages)), OPTIONS);
    expect(html.match(/<div class="block \w+">/g)).toEqual([
      '<div class="block between">',
      '<div class="block uncovered">',
      '<div class="block covered">',
      '<div class="block between">',
    ]);
  });

  it('keeps every line of the file, in order', () => {
    for (const one of templatesCoverage().pipelines) {
      const html = htmlReport(coverageOf(one), OPTIONS);
      const numbers = [...html.matchAll(/<span class="number">(\d+)<\/span>/g)].map(([, number]) => Number(number));
      expect(numbers).toEqual(
        one.text
          .trimEnd()
          .split('\n')
          .map((_, i) => i + 1),
      );
    }
  });
});

describe('pipelines that are too large to draw', () => {
  it('are tiles, and the page says why', () => {
    const html = htmlReport(coverageOf(chain('long', 2_000, (i) => i)), OPTIONS);
    expect(words(html)).toContain('With 2,000 stages a drawing would be too large to read. Each stage is a tile');
    expect(html.match(/<a class="tile /g)).toHaveLength(2_000);
    expect(html).not.toContain('<svg class="picture');
    const wide = htmlReport(coverageOf(chain('wide', 150, () => 0)), OPTIONS);
    expect(words(wide)).toContain('So many stages run side by side that a drawing would be too wide to read.');
    const pairs = Array.from({ length: 401 }, (_, i) => ({
      from: `s${i % 20}`,
      to: 's30',
      kind: 'dependency' as const,
      hits: 0,
    }));
    const dense = htmlReport(coverageOf({ ...chain('dense', 40, (i) => i), edges: pairs }), OPTIONS);
    expect(words(dense)).toContain('With 401 edges a drawing would be too dense to read.');
  });

  it('leave the drawing to those with the least coverage when there are very many', () => {
    const many = Array.from({ length: 101 }, (_, i) => chain(`p${i}`, 20, (n) => n));
    const whole = pipeline('whole', [stage('only', 4, 1)]);
    const html = htmlReport(coverageOf(whole, ...many), OPTIONS);
    expect(html.match(/<svg class="picture/g)).toHaveLength(100);
    expect(words(html)).toContain('There are more stages in this report than it draws. Each stage is a tile');
  });
});

describe('branches in words', () => {
  it('are gathered by kind', () => {
    const ways = [branch('when', 'false', 0), branch('router', 'a', 0), branch('router', 'b', 0)];
    const html = htmlReport(coverageOf(pipeline('x', [stage('pick', 4, 1, { branches: ways })])), OPTIONS);
    expect(words(html)).toContain('pick line 4 when: false router: a, b');
  });
});
