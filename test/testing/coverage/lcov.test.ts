import { lcovParser } from '@friedemannsommer/lcov-parser';
import { describe, expect, it } from 'vitest';
import { lcovReport } from '../../../src/testing/coverage/reports/lcov.ts';
import fc from '../../setup/property.ts';
import { branch, coverageOf, pipeline, stage, templatesCoverage } from './sample.ts';

/** As viewers read it. */
const read = (text: string) => lcovParser({ from: text });

describe('the lcov report', () => {
  it('is read back by a reader of lcov', async () => {
    const sections = await read(lcovReport(templatesCoverage()));
    expect(sections.map(({ path }) => path)).toEqual([
      'pipelines/my-pipeline.pipeline.json',
      'pipelines/expense-approval.pipeline.json',
      'pipelines/sync-users.pipeline.json',
      'pipelines/write-article.pipeline.json',
    ]);
    expect(sections[1]).toMatchObject({
      lines: {
        instrumented: 5,
        hit: 4,
        details: [
          { line: 23, hit: 4 },
          { line: 32, hit: 3 },
          { line: 52, hit: 3 },
          { line: 61, hit: 3 },
          { line: 66, hit: 0 },
        ],
      },
      functions: { instrumented: 5, hit: 4 },
      branches: {
        instrumented: 2,
        hit: 1,
        details: [
          { line: 52, block: 0, branch: '0', hit: 3 },
          { line: 52, block: 0, branch: '1', hit: 0 },
        ],
      },
    });
    const stages = sections[1]?.functions.details.map(({ name, line, hit }) => [name, line, hit]);
    expect(stages).toContainEqual(['decline', 66, 0]);
  });

  it('takes a line for covered only when all stages on it are', () => {
    const ways = [branch('when', 'true', 3), branch('when', 'false', 0)];
    const text = lcovReport(
      coverageOf(
        pipeline('one', [stage('a', 4, 3, { branches: ways }), stage('b', 4, 0), stage('c', 5, 7), stage('d', 5, 2)]),
      ),
    );
    expect(text).toBe(`TN:
SF:pipelines/one.pipeline.json
FN:4,a
FN:4,b
FN:5,c
FN:5,d
FNDA:0,a
FNDA:0,b
FNDA:7,c
FNDA:2,d
FNF:4
FNH:2
BRDA:4,0,0,-
BRDA:4,0,1,-
BRF:2
BRH:0
DA:4,0
DA:5,2
LF:2
LH:1
end_of_record
`);
  });

  it('numbers a block for each kind of branch on a line', () => {
    const first = [branch('when', 'true', 1), branch('when', 'false', 0), branch('retry', 'recovered', 0)];
    const second = [branch('retry', 'recovered', 2)];
    const stages = [stage('a', 4, 1, { branches: first }), stage('b', 4, 2, { branches: second })];
    const text = lcovReport(coverageOf(pipeline('one', stages)));
    expect(text.match(/^BRDA:.*/gm)).toEqual(['BRDA:4,0,0,1', 'BRDA:4,0,1,0', 'BRDA:4,1,0,0', 'BRDA:4,2,0,2']);
  });

  it('puts a stage without a line on the first one, and is empty without a pipeline', () => {
    expect(lcovReport(coverageOf(pipeline('one', [stage('a', 0, 0)])))).toContain('\nDA:1,0\n');
    expect(lcovReport(coverageOf())).toBe('');
  });

  it('agrees with itself: no branch on a line that did not run, and sums that are those of its lines', async () => {
    const hits = fc.nat({ max: 3 });
    const kind = fc.constantFrom('when' as const, 'retry' as const, 'loop' as const);
    const branches = fc.array(fc.record({ kind, name: fc.string(), hits }), { maxLength: 4 });
    const one = fc.record({ line: fc.nat({ max: 6 }), hits, branches });
    await fc.assert(
      fc.asyncProperty(fc.array(one, { minLength: 1, maxLength: 8 }), async (stages) => {
        const all = stages.map(({ line, hits, branches }, i) => stage(`s${i}`, line, hits, { branches }));
        const [section] = await read(lcovReport(coverageOf(pipeline('one', all))));
        const lines = new Map(section?.lines.details.map(({ line, hit }) => [line, hit]));
        expect(section?.lines.instrumented).toBe(lines.size);
        expect(section?.lines.hit).toBe([...lines.values()].filter((hit) => hit > 0).length);
        const taken = section?.branches.details.filter(({ hit }) => hit > 0) ?? [];
        expect(section?.branches.hit).toBe(taken.length);
        expect(section?.branches.instrumented).toBe(all.flatMap((each) => each.branches).length);
        for (const { line } of taken) expect(lines.get(line)).toBeGreaterThan(0);
        const known = section?.functions.details.filter(({ hit }) => hit > 0) ?? [];
        for (const { line } of known) expect(lines.get(line)).toBeGreaterThan(0);
      }),
    );
  });
});
