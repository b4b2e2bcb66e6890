import { describe, expect, it } from 'vitest';
import { type ConflictsView, conflictsText } from '../../../src/cli/print/release/conflicts-text.ts';
import { expectToFit, HOSTILE, LOCAL, PIPE, terminal } from './samples.ts';

const CONFLICTS: ConflictsView = {
  command: 'pull',
  target: LOCAL,
  pipelines: [
    {
      pipeline: 'orders',
      file: 'pipelines/orders.pipeline.json',
      reason: 'both-changed',
      conflicts: [
        {
          path: ['stages', 'fetch', 'config', 'url'],
          stage: 'fetch',
          base: 'https://a.example/orders',
          ours: 'https://b.example/orders',
          theirs: 'https://c.example/orders?and=more',
        },
        { path: ['stages', 'pay', 'timeout'], stage: 'pay', base: '5m', theirs: 300 },
      ],
    },
    {
      pipeline: 'report',
      file: 'pipelines/report.pipeline.json',
      reason: 'ours-removed-theirs-changed',
      conflicts: [],
    },
  ],
};

describe('conflicts', () => {
  it('are shown below each other, with the ways out', () => {
    expect(conflictsText(CONFLICTS, PIPE)).toBe(
      [
        'Your files and local changed the same places. Nothing was written.',
        '',
        'orders  pipelines/orders.pipeline.json',
        '  stages.fetch.config.url',
        '    base    "https://a.example/orders"',
        '    ours    "https://b.example/orders"',
        '    theirs  "https://c.example/orders?and=more"',
        '  stages.pay.timeout',
        '    base    "5m"',
        '    ours    (nothing)',
        '    theirs  300',
        '',
        'report  pipelines/report.pipeline.json',
        '  removed here, changed there',
        '',
        'Keep yours where both changed:',
        '  fm pull --ours',
        'Take theirs where both changed:',
        '  fm pull --theirs',
        'Write all sides into the files as $conflict, and decide there:',
        '  fm pull --merge',
      ].join('\n'),
    );
  });

  it('are shown beside each other where there is room', () => {
    expect(conflictsText(CONFLICTS, terminal(120)).split('\n').slice(2, 9).join('\n')).toBe(
      [
        'orders  pipelines/orders.pipeline.json',
        '  stages.fetch.config.url',
        '    base                                   ours                                   theirs',
        '    "https://a.example/orders"             "https://b.example/orders"             "https://c.example/orders?and=more"',
        '  stages.pay.timeout',
        '    base                                   ours                                   theirs',
        '    "5m"                                   (nothing)                              300',
      ].join('\n'),
    );
  });

  it('keep a push from overwriting what was not seen', () => {
    const text = conflictsText({ ...CONFLICTS, command: 'push', target: { ...LOCAL, name: 'demo' } }, terminal(60));
    expect(text).toBe(
      [
        'org demo has changes that you have not seen. Nothing was',
        'pushed.',
        '',
        'orders  pipelines/orders.pipeline.json',
        '  stages.fetch.config.url',
        '    base    "https://a.example/orders"',
        '    ours    "https://b.example/orders"',
        '    theirs  "https://c.example/orders?and=more"',
        '  stages.pay.timeout',
        '    base    "5m"',
        '    ours    (nothing)',
        '    theirs  300',
        '',
        'report  pipelines/report.pipeline.json',
        '  removed here, changed there',
        '',
        'Keep yours where both changed; then push again:',
        '  fm pull --ours --org demo',
        'Take theirs where both changed; then push again:',
        '  fm pull --theirs --org demo',
        'Write all sides into the files as $conflict, and decide',
        'there; then push again:',
        '  fm pull --merge --org demo',
      ].join('\n'),
    );
  });

  it.each([40, 80, 120])('fit into %i columns whatever somebody wrote', (width) => {
    expectToFit(conflictsText(CONFLICTS, terminal(width, true)), width);
    for (const text of HOSTILE) {
      const conflict = { path: [text, 0, text], base: text, ours: { [text]: text.repeat(30) }, theirs: [text] };
      const pipelines = [{ pipeline: text, file: text, reason: 'both-changed', conflicts: [conflict] }] as const;
      expectToFit(conflictsText({ ...CONFLICTS, pipelines }, terminal(width)), width);
    }
  });
});
