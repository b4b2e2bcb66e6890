import { expect, it } from 'vitest';
import { jsonReport } from '../../../src/testing/coverage/reports/json.ts';
import { branch, coverageOf, OPTIONS, pipeline, stage } from './sample.ts';

it('has totals, and of every pipeline its stages and what is missing', () => {
  const owner = { stage: 'each', field: 'loop_stages' };
  const ways = [branch('foreach', '0 items', 0), branch('foreach', 'many items', 2)];
  const edges = [{ from: 'send', to: 'log', kind: 'dependency', hits: 3 }] as const;
  const coverage = coverageOf(
    pipeline(
      'orders',
      [
        stage('each', 4, 2, { component: 'foreach', branches: ways }),
        stage('send', 9, 4, { owner }),
        stage('log', 0, 0, { owner }),
      ],
      { edges },
    ),
  );
  const stages = { covered: 2, total: 3, percent: 66.66 };
  const branches = { covered: 1, total: 2, percent: 50 };
  expect(JSON.parse(jsonReport(coverage, OPTIONS))).toEqual({
    flowmason: '1.2.3',
    project: 'shop',
    at: '2026-11-28T09:30:00.000Z',
    totals: { stages, branches },
    pipelines: [
      {
        pipeline: 'orders',
        version: '0.1.0',
        file: 'pipelines/orders.pipeline.json',
        runs: 4,
        totals: { stages, branches },
        stages: [
          { id: 'each', component: 'foreach', line: 4, hits: 2, owner: null, branches: ways },
          { id: 'send', component: 'logger', line: 9, hits: 4, owner, branches: [] },
          { id: 'log', component: 'logger', line: null, hits: 0, owner, branches: [] },
        ],
        edges,
        missing: [
          { stage: 'each', line: 4, never_ran: false, branches: [{ kind: 'foreach', name: '0 items' }] },
          { stage: 'log', line: null, never_ran: true, branches: [] },
        ],
      },
    ],
  });
});

it('is one document that ends with a line end', () => {
  expect(jsonReport(coverageOf(), OPTIONS)).toMatch(/^\{\n.*\n\}\n$/s);
});
