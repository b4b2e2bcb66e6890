import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import type { FlowMasonError } from '../../../core/errors.ts';
import { type Coverage, totalsOf } from '../../../testing/coverage/coverage.ts';
import { every } from '../../../testing/reporters/every.ts';
import { REPORTERS } from '../../../testing/reporters/index.ts';
import { columns, out, paint, say } from '../../terminal.ts';
import { writeCoverage } from './coverage.ts';
import { openOutputs } from './outputs.ts';
import { prepareTests, type TestRequest } from './prepare.ts';
import { runTests, type TestOutcome } from './run.ts';

/** What `fm test` prints as one document, and why it fails. */
export interface TestReport {
  readonly json: object;
  readonly error: FlowMasonError | undefined;
}

/** Runs tests once, with what the flags ask for written. Throws FlowMasonError before the first test. */
export async function testOnce(request: TestRequest): Promise<TestReport> {
  const prepared = await prepareTests(request);
  const { flags, wishes } = request;
  const { workspace } = prepared;
  const outputs = await openOutputs(wishes.reporters, textOf, workspace.cwd);
  const document: string[] = [];
  const collect = { write: (text: string) => document.push(text), paint: plain, columns: 100, source: () => undefined };
  const reporter = flags.json ? every([outputs, (await REPORTERS.json())(collect)]) : outputs;
  const shown = wishes.reporters.some(({ name, file }) => name === 'text' && file === undefined);
  const outcome = await runTests(prepared, request, reporter, async (coverage) => {
    const reports = wishes.coverage ?? [];
    const asked = reports.some(({ name, file }) => name === 'text' && file === undefined);
    const { textReport } = await import('../../../testing/coverage/reports/text.ts');
    if (shown || (asked && !flags.json)) out(`\n${textReport(coverage, { paint: coloured, columns: columns() })}`);
    for (const file of await writeCoverage(coverage, reports, workspace)) say(`Wrote ${file}`);
  });
  outputs.close();
  if (outcome.unjudged) say('Thresholds of coverage were not looked at: some tests were left out');
  const json = flags.json ? { ...JSON.parse(document.join('')), ...coverageFields(outcome) } : {};
  return { json, error: outcome.error };
}

function plain(_style: string, text: string): string {
  return text;
}

function coloured(style: Parameters<typeof paint>[0], text: string): string {
  return paint(style, text);
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(resolve(file), 'utf8');
  } catch {
    return undefined;
  }
}

function coverageFields({ coverage }: TestOutcome): object {
  return coverage ? { coverage: coverageDocument(coverage) } : {};
}

/** Percentages of all and of each pipeline; `--coverage-reporter json` has the rest. */
function coverageDocument({ totals, pipelines }: Coverage): object {
  return {
    totals,
    pipelines: pipelines.map((pipeline) => ({
      pipeline: pipeline.pipeline,
      file: pipeline.file,
      ...totalsOf([pipeline]),
    })),
  };
}
