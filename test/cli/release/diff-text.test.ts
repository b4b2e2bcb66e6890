import { describe, expect, it } from 'vitest';
import { diffText, pipelineDiffText } from '../../../src/cli/print/release/diff-text.ts';
import { diffPipelines } from '../../../src/core/release/diff-pipeline.ts';
import { diffOf, expectToFit, HOSTILE, hostileDiff, PIPE, pipeline, SHOP_DIFF, terminal } from './samples.ts';

const SIDES = { before: 'local #11', after: 'files' };
const one = (before: string, after: string) =>
  diffOf([pipeline('p', { description: before })], [pipeline('p', { version: '2.0.0', description: after })]);

describe('what differs between two releases', () => {
  it('is told pipeline by pipeline', () => {
    expect(diffText(SHOP_DIFF, SIDES, PIPE)).toBe(
      [
        'local #11 1.1.0 → files 1.2.0  +1 ~2 -1  1 unchanged',
        '',
        '+ invoices 1.0.0  1 stage',
        '  + trigger hook (webhook)',
        '',
        '- old-report 1.0.0  1 stage',
        '',
        '~ order',
        '    only formatting or order differs; it means the same',
        '',
        '~ orders 1.1.0 → 1.2.0',
        '  + input.properties.b  {"type":"string"}',
        '  ~ input.required  gained "b"',
        '  ~ tags  gained "c"; lost "a"',
        '  + stage notify (http-request)',
        '  - stage mail (logger)',
        '  ~ stage pay is called charge now',
        '  ~ stage charge moved from the main graph to try_stages of guard',
        '  ~ stage fetch',
        '    ~ config.body',
        '        … 2 lines that are the same',
        '        three',
        '        four',
        '      - five',
        '      + FIVE',
        '      + five and a half',
        '        six',
        '        seven',
        '        … 2 lines that are the same',
        '    ~ config.url  "https://a.example/orders" → "https://b.example/orders"',
        '    + timeout  "5m"',
        '  ~ stage guard',
        '    ~ config.try_stages  gained "charge"',
        '  ~ trigger nightly',
        '    ~ cron  "0 1 * * *" → "0 2 * * *"',
        '  ! BREAKING_INPUT  `input.b` is now required, and has no default',
        '',
        'settings',
        '  ~ ai.model  "openai/gpt-5-mini" → "openai/gpt-5"',
        '',
        'needs',
        '  + variable BASE_URL',
        '  - variable OLD_URL',
        '  + secret API_KEY',
        '  + component http-request',
        '  ~ component logger 1.0.0 → 1.1.0',
      ].join('\n'),
    );
  });

  it('fits a narrow terminal', () => {
    expect(diffText(SHOP_DIFF, SIDES, terminal(40))).toBe(
      [
        'local #11 1.1.0 → files 1.2.0  +1 ~2 -1',
        '1 unchanged',
        '',
        '+ invoices 1.0.0  1 stage',
        '  + trigger hook (webhook)',
        '',
        '- old-report 1.0.0  1 stage',
        '',
        '~ order',
        '    only formatting or order differs; it',
        '    means the same',
        '',
        '~ orders 1.1.0 → 1.2.0',
        '  + input.properties.b',
        '    {"type":"string"}',
        '  ~ input.required  gained "b"',
        '  ~ tags  gained "c"; lost "a"',
        '  + stage notify (http-request)',
        '  - stage mail (logger)',
        '  ~ stage pay is called charge now',
        '  ~ stage charge moved from the main',
        '    graph to try_stages of guard',
        '  ~ stage fetch',
        '    ~ config.body',
        '        … 2 lines that are the same',
        '        three',
        '        four',
        '      - five',
        '      + FIVE',
        '      + five and a half',
        '        six',
        '        seven',
        '        … 2 lines that are the same',
        '    ~ config.url',
        '      - "https://a.example/orders"',
        '      + "https://b.example/orders"',
        '    + timeout  "5m"',
        '  ~ stage guard',
        '    ~ config.try_stages  gained "charge"',
        '  ~ trigger nightly',
        '    ~ cron  "0 1 * * *" → "0 2 * * *"',
        '  ! BREAKING_INPUT  `input.b` is now',
        '    required, and has no default',
        '',
        'settings',
        '  ~ ai.model',
        '    - "openai/gpt-5-mini"',
        '    + "openai/gpt-5"',
        '',
        'needs',
        '  + variable BASE_URL',
        '  - variable OLD_URL',
        '  + secret API_KEY',
        '  + component http-request',
        '  ~ component logger 1.0.0 → 1.1.0',
      ].join('\n'),
    );
  });

  it('says by signs what it says by colours', () => {
    const coloured = diffText(SHOP_DIFF, SIDES, terminal(80, true));
    expect(coloured).toContain('\u001b[32m  + stage notify (http-request)\u001b[39m');
    expect(coloured).toContain('\u001b[31m  - stage mail (logger)\u001b[39m');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
    expect(coloured.replaceAll(/\u001b\[\d+m/g, '')).toBe(diffText(SHOP_DIFF, SIDES, terminal(80)));
  });

  it('is nothing when nothing does', () => {
    expect(diffText(diffOf([pipeline('a')], [pipeline('a')]), SIDES, PIPE)).toBe(
      'local #11 1.1.0 → files 1.2.0  +0 ~0 -0  1 unchanged\nnothing differs',
    );
  });

  it('of a first release is against nothing', () => {
    expect(diffText(diffOf(undefined, [pipeline('a')]), { before: null, after: 'files' }, PIPE)).toBe(
      'nothing → files 1.2.0  +1 ~0 -0\n\n+ a 1.0.0  1 stage',
    );
  });

  it('shows of long values the part that differs, and how long they are', () => {
    const [before, after] = ['x'.repeat(5_000), `${'x'.repeat(4_000)}y${'x'.repeat(999)}`];
    const text = diffText(one(before, after), SIDES, terminal(80));
    expect(text).toContain('xyx');
    expect(text.match(/\(of 5002\n? *characters\)/g)).toHaveLength(2);
    expect(text.length).toBeLessThan(1_000);
  });

  it('cuts long texts and lists', () => {
    const lines = (prefix: string) => Array.from({ length: 60 }, (_, i) => `${prefix}${i}`);
    const texts = diffText(one(lines('a').join('\n'), lines('b').join('\n')), SIDES, PIPE);
    expect(texts).toMatch(/\n {6}… \d+ more lines/);
    const tags = diffOf([pipeline('p', { tags: [] })], [pipeline('p', { version: '2.0.0', tags: lines('t') })]);
    expect(diffText(tags, SIDES, terminal(80))).toContain('    + … 40 more');
  });

  it.each([40, 80, 120])('fits into %i columns whatever somebody wrote', (width) => {
    for (const text of HOSTILE.filter((each) => each.isWellFormed())) {
      expectToFit(diffText(hostileDiff(text), { before: text, after: text }, terminal(width)), width);
      if (text.length < 100) expectToFit(diffText(hostileDiff(text.repeat(20)), SIDES, terminal(width)), width);
    }
    expectToFit(diffText(SHOP_DIFF, SIDES, terminal(width, true)), width);
  });
});

describe('what differs between two pipelines', () => {
  const sides = { name: 'p', before: 'HEAD:p.pipeline.json', after: 'p.pipeline.json' };
  const [first, second] = [pipeline('p'), pipeline('p', { timeout: '5m' })];

  it('has a heading with its versions', () => {
    const diff = diffPipelines(first, { ...second, version: '1.1.0' });
    expect(pipelineDiffText(diff, { ...sides, same: false }, PIPE)).toBe(
      'HEAD:p.pipeline.json → p.pipeline.json\n\n~ p 1.0.0 → 1.1.0\n  + timeout  "5m"',
    );
  });

  it('warns of a version that stayed', () => {
    expect(pipelineDiffText(diffPipelines(first, second), { ...sides, same: false }, PIPE)).toBe(
      [
        'HEAD:p.pipeline.json → p.pipeline.json, 1 warning',
        '',
        '~ p',
        '  + timeout  "5m"',
        '  ! VERSION_NOT_BUMPED  The pipeline changed and its version is still `1.0.0`',
        '      Try: Raise `version` in its file, so that history and runs tell the two apart',
      ].join('\n'),
    );
  });

  it('tells formatting from nothing', () => {
    const diff = diffPipelines(first, first);
    expect(pipelineDiffText(diff, { ...sides, same: false }, PIPE)).toBe(
      'HEAD:p.pipeline.json → p.pipeline.json\n\np\n    only formatting or order differs; it means the same',
    );
    expect(pipelineDiffText(diff, { ...sides, same: true }, PIPE)).toBe(
      'HEAD:p.pipeline.json → p.pipeline.json\nnothing differs',
    );
  });
});
