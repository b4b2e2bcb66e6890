import { micromark } from 'micromark';
import { gfm, gfmHtml } from 'micromark-extension-gfm';
import { describe, expect, it } from 'vitest';
import { diffMarkdown, LONGEST_COMMENT } from '../../../src/cli/print/release/diff-markdown.ts';
import { cellSpan, codeBlock, codeSpan } from '../../../src/cli/print/release/markdown.ts';
import { diffOf, HOSTILE, hostileDiff, pipeline, SHOP_DIFF } from './samples.ts';

const SIDES = { before: 'staging #11', after: 'files' };

/** As GitHub reads it, before it takes out what it thinks dangerous. */
function html(markdown: string): string {
  return micromark(markdown, { extensions: [gfm()], htmlExtensions: [gfmHtml()], allowDangerousHtml: true });
}

/** The page without its code, where nothing has a meaning. */
function outsideOfCode(page: string): string {
  return page.replaceAll(/<code[^>]*>[^<]*<\/code>/g, '<code/>');
}

describe('what differs between two releases, as Markdown', () => {
  it('is a table with details', () => {
    expect(diffMarkdown(SHOP_DIFF, SIDES)).toBe(
      [
        '**FlowMason** `staging #11 1.1.0` → `files 1.2.0`: `+1 ~2 -1`',
        '',
        '| | pipeline | | warnings |',
        '|---|---|---|---|',
        '| + added | `invoices` | `1.0.0 1 stage` | |',
        '| - removed | `old-report` | `1.0.0 1 stage` | |',
        '| ~ changed | `order` | | |',
        '| ~ changed | `orders` | `1.1.0 → 1.2.0` | `BREAKING_INPUT` |',
        '',
        '1 pipeline unchanged.',
        '',
        '<details><summary>added: <code>invoices</code></summary>',
        '',
        '```diff',
        '+ invoices 1.0.0  1 stage',
        '+   trigger hook (webhook)',
        '```',
        '',
        '</details>',
        '',
        '<details><summary>changed: <code>order</code></summary>',
        '',
        '```diff',
        '~ order',
        '    only formatting or order differs; it means the same',
        '```',
        '',
        '</details>',
        '',
        '<details><summary>changed: <code>orders</code></summary>',
        '',
        '```diff',
        '~ orders 1.1.0 → 1.2.0',
        '+   input.properties.b  {"type":"string"}',
        '~   input.required  gained "b"',
        '~   tags  gained "c"; lost "a"',
        '+   stage notify (http-request)',
        '-   stage mail (logger)',
        '~   stage pay is called charge now',
        '~   stage charge moved from the main graph to try_stages of guard',
        '~   stage fetch',
        '~     config.body',
        '        … 2 lines that are the same',
        '        three',
        '        four',
        '-       five',
        '+       FIVE',
        '+       five and a half',
        '        six',
        '        seven',
        '        … 2 lines that are the same',
        '~     config.url  "https://a.example/orders" → "https://b.example/orders"',
        '+     timeout  "5m"',
        '~   stage guard',
        '~     config.try_stages  gained "charge"',
        '~   trigger nightly',
        '~     cron  "0 1 * * *" → "0 2 * * *"',
        '!   BREAKING_INPUT  `input.b` is now required, and has no default',
        '```',
        '',
        '</details>',
        '',
        '<details><summary>settings</summary>',
        '',
        '```diff',
        '  settings',
        '~   ai.model  "openai/gpt-5-mini" → "openai/gpt-5"',
        '```',
        '',
        '</details>',
        '',
        '<details><summary>needs</summary>',
        '',
        '```diff',
        '  needs',
        '+   variable BASE_URL',
        '-   variable OLD_URL',
        '+   secret API_KEY',
        '+   component http-request',
        '~   component logger 1.0.0 → 1.1.0',
        '```',
        '',
        '</details>',
        '',
      ].join('\n'),
    );
  });

  it('is a line when nothing differs', () => {
    expect(diffMarkdown(diffOf([pipeline('a')], [pipeline('a')]), SIDES)).toBe(
      '**FlowMason** `staging #11 1.1.0` → `files 1.2.0`: `+0 ~0 -0`\n\nNothing differs.\n',
    );
  });

  it('is read as one table and as many details as there are', () => {
    const page = html(diffMarkdown(SHOP_DIFF, SIDES));
    expect(page.match(/<table>/g)).toHaveLength(1);
    expect(page.match(/<tr>/g)).toHaveLength(5);
    expect(page.match(/<details><summary>/g)).toHaveLength(5);
    expect(page.match(/<\/details>/g)).toHaveLength(5);
    expect(page).toContain(
      '<code class="language-diff">+ invoices 1.0.0  1 stage\n+   trigger hook (webhook)\n</code>',
    );
  });

  it('has nothing of what somebody wrote outside of code', () => {
    const plain = outsideOfCode(html(diffMarkdown(hostileDiff('plain'), { before: 'plain', after: 'plain' })));
    expect(plain).toContain('<summary>added: <code/></summary>');
    for (const text of HOSTILE.filter((each) => each.isWellFormed() && each.trim() !== '')) {
      const page = outsideOfCode(html(diffMarkdown(hostileDiff(text), { before: text, after: text })));
      // The same page but for its order: names sort by what they begin with, which is the same for all.
      expect(page, text).toBe(plain);
    }
  });

  it('is never longer than a comment may be, and says what it leaves out', () => {
    const many = (count: number, text: string) =>
      Array.from({ length: count }, (_, i) => pipeline(`p${i}`, { description: text.repeat(200) }));
    for (const diff of [
      diffOf(many(2_000, 'a'), many(2_000, 'b')),
      diffOf(
        [pipeline('p', { tags: [] })],
        [pipeline('p', { stages: many(3_000, 'x').map((p) => ({ id: p.name ?? '', component: 'c'.repeat(90) })) })],
      ),
    ]) {
      const text = diffMarkdown(diff, SIDES);
      expect(text.length).toBeLessThanOrEqual(LONGEST_COMMENT);
      expect(text).toMatch(/Details of \d+ more are left out|… \d+ more lines/);
      expect(html(text).match(/<details>/g)?.length).toBe(html(text).match(/<\/details>/g)?.length);
    }
    const long = hostileDiff('`|<'.repeat(30_000));
    expect(diffMarkdown(long, { before: 'x'.repeat(1e5), after: 'y' }).length).toBeLessThanOrEqual(LONGEST_COMMENT);
  });
});

describe('code', () => {
  it('holds backticks in longer fences', () => {
    expect(codeSpan('a`b')).toBe('``a`b``');
    expect(codeSpan('`')).toBe('`` ` ``');
    expect(codeSpan('a|b\nc')).toBe('`a|b c`');
    expect(cellSpan('a|b')).toBe('`a\\|b`');
    expect(codeBlock('diff', ['```', 'x'])).toBe('````diff\n```\nx\n````');
  });
});
