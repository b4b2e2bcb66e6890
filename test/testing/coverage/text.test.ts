import { describe, expect, it } from 'vitest';
import { plainText, textReport } from '../../../src/testing/coverage/reports/text.ts';
import { branch, coverageOf, pipeline, stage, templatesCoverage } from './sample.ts';

describe('the text report', () => {
  it('is a table with what is missing below each pipeline, by name and line', () => {
    expect(plainText(templatesCoverage())).toBe(`Pipeline          Stages           Branches
my-pipeline          3/3    100 %      none
expense-approval     4/5     80 %       1/2     50 %
  outcome  line 52  branch conditional: false
  decline  line 66  never ran
sync-users           7/8   87.5 %      7/11  63.63 %
  extract    line 14  branch retry: exhausted
  transform  line 30  branch foreach: 1 item
  load       line 64  branch trycatch: error
  send       line 73  branch retry: exhausted
  keep       line 83  never ran
write-article        0/5      0 %       0/2      0 %
  draft   line 14  never ran
  refine  line 22  never ran, 2 branches not taken
  revise  line 41  never ran
  review  line 49  never ran
  title   line 57  never ran

4 pipelines        14/21  66.66 %      8/15  53.33 %
`);
  });

  it('gathers the branches of a kind, one line for each kind, and breaks at the width', () => {
    const routes = ['gold', 'silver', 'bronze', 'default'].map((name) => branch('router', name, 0));
    const coverage = coverageOf(
      pipeline('orders', [stage('pick', 7, 2, { branches: [branch('when', 'false', 0), ...routes] })]),
    );
    const text = (columns: number) => textReport(coverage, { paint: (_, part) => part, columns });
    expect(text(80)).toContain(
      `
  pick  line 7  branch when: false
                branches router: gold, silver, bronze, default
`,
    );
    expect(text(38)).toContain(
      `
  pick  line 7  branch when: false
                branches router: gold,
                  silver, bronze,
                  default
`,
    );
  });

  it('paints without moving a column, and says nothing by colour alone', () => {
    const coverage = templatesCoverage();
    const painted = textReport(coverage, { paint: (style, text) => `<${style}>${text}</${style}>`, columns: 100 });
    expect(painted).toContain('<red>never ran</red>');
    expect(painted).toContain('<yellow>branch conditional: false</yellow>');
    expect(painted.replaceAll(/<\/?\w+>/g, '').replaceAll(/ +$/gm, '')).toBe(plainText(coverage));
  });

  it('leaves out a line that is not known, and what would move the cursor', () => {
    const text = plainText(coverageOf(pipeline('a\u001b[2Jb', [stage('x\u0007', 0, 0)])));
    expect(text).toContain('a\u{fffd}[2Jb');
    expect(text).toContain('  x\u{fffd}    never ran\n');
  });

  it('has totals without a pipeline', () => {
    expect(plainText(coverageOf())).toBe('Pipeline     Stages    Branches\n\n0 pipelines    none        none\n');
  });
});
