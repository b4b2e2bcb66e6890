import { existsSync, mkdirSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { isObject, type JsonObject } from '../../../core/json.ts';
import type { RunOutcome } from '../../../core/run.ts';
import { parseSource } from '../../../core/source/parse.ts';
import { writeAtomic } from '../../../hosts/node/atomic-file.ts';
import { listRuns } from '../../../hosts/node/runs/list.ts';
import { readRun } from '../../../hosts/node/runs/read.ts';
import type { RecordedRun } from '../../../hosts/node/runs/record.ts';
import type { NodeRuntime } from '../../../hosts/node/runtime.ts';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import { testMachine } from '../../../hosts/node/test-machine.ts';
import { Snapshots } from '../../../testing/assert/snapshot.ts';
import { stablePart, testOf } from '../../../testing/record.ts';
import type { Finding } from '../../../testing/result.ts';
import { runTest } from '../../../testing/run/run-test.ts';
import { outlineSuite, readSuite } from '../../../testing/suite/read-suite.ts';
import type { Plans } from '../../../testing/suite/reference.ts';
import { TEST_SUFFIX } from '../../project/find-tests.ts';
import { readUnit } from '../../project/library.ts';
import { isFileWord, loadRecorded } from '../../project/load.ts';
import { PIPELINE_SUFFIX } from '../../project/pipelines.ts';
import { limitsOf, type Workspace } from '../../project/workspace.ts';
import { openRuntime } from '../../runtime.ts';
import { commandLine } from '../../usage.ts';
import { projectHome } from '../run/home.ts';
import { newTestFile, withTest } from './insert.ts';
import { testVars } from './vars.ts';

const LONGEST_NAME = 200;

export interface RecordRequest {
  /** A run or a pipeline, as it was typed. */
  readonly word: string;
  readonly name: string | undefined;
  readonly output: string | undefined;
  readonly dryRun: boolean;
}

/** A test that was made of a run. */
export interface RecordedTest {
  readonly run_id: string;
  readonly pipeline: string;
  readonly name: string;
  /** As messages name it. */
  readonly file: string;
  readonly written: boolean;
  readonly test: JsonObject;
  /** What it was left to the reader to decide: why the test is not a whole picture of the run. */
  readonly notes: readonly string[];
  readonly next: string;
}

/**
 * Makes a test of a finished run, tries it, and adds it to the pipeline's test file. Throws FlowMasonError `NOT_FOUND`,
 * `ALREADY_EXISTS`, `INVALID_FILE`; then nothing was written.
 */
export async function recordTest(request: RecordRequest): Promise<RecordedTest> {
  const { workspace, runtime } = await openRuntime();
  const home = projectHome(workspace);
  const run = readRun(home, findRun(home, request.word, workspace));
  const { record, outcome } = run;
  if (outcome.status !== 'succeeded' && outcome.status !== 'failed') {
    fail('NOT_FOUND', `The run ${record.run_id} has not ended: it is ${outcome.status}`, {
      hint: commandLine('runs:resume', [record.run_id]),
    });
  }
  const file = request.output === undefined ? besidePipeline(run, workspace) : resolve(workspace.cwd, request.output);
  const name = checkedName(request.name ?? `as run ${record.run_id}`);
  const { test, notes } = await triedTest(run, name, workspace, runtime);
  const text = existsSync(file)
    ? addedTo(file, record.pipeline, test, name, workspace)
    : newTestFile(record.pipeline, test);
  if (!request.dryRun) {
    mkdirSync(dirname(file), { recursive: true });
    writeAtomic(file, text);
  }
  const shown = shownPath(workspace.cwd, file);
  return {
    run_id: record.run_id,
    pipeline: record.pipeline,
    name,
    file: shown,
    written: !request.dryRun,
    test,
    notes,
    next: commandLine('test', [shown, '--filter', name]),
  };
}

/** Throws FlowMasonError `USAGE` for a name that no test can have. */
function checkedName(name: string): string {
  if (name !== '' && name.length <= LONGEST_NAME && name !== '__proto__') return name;
  return fail('USAGE', `The name of a test has 1 to ${LONGEST_NAME} characters`, {
    hint: commandLine('test:record', ['last', '--name', 'two customers']),
  });
}

/** The id or beginning of a run; of a pipeline the newest run that has ended. */
function findRun(home: string, word: string, { project, cwd }: Workspace): string {
  const isFolder = existsSync(resolve(cwd, word, 'run.json'));
  if (isFolder) return basename(resolve(cwd, word));
  const names = isFileWord(word) ? basename(word, PIPELINE_SUFFIX) : word;
  const runs = listRuns(home).filter(({ pipeline }) => pipeline === names);
  const ended = runs.find(({ status }) => status === 'succeeded' || status === 'failed');
  if (ended) return ended.run_id;
  if (isFileWord(word) || runs.length > 0) {
    fail('NOT_FOUND', `No run of ${names} that has ended is recorded in ${project?.config.name ?? 'the project'}`, {
      hint: commandLine('run', [word]),
    });
  }
  return word;
}

function besidePipeline({ record }: RecordedRun, { project, cwd }: Workspace): string {
  const root = project?.root ?? cwd;
  const folder = record.file === null ? join(root, 'pipelines') : dirname(resolve(root, record.file));
  return join(folder, `${record.pipeline}${TEST_SUFFIX}`);
}

/** The test, with what a second run does not give left out of its assertion, and what keeps it from passing as a note. */
async function triedTest(
  run: RecordedRun,
  name: string,
  workspace: Workspace,
  runtime: NodeRuntime,
): Promise<{ test: JsonObject; notes: string[] }> {
  const loaded = await loadRecorded(workspace, run.pipelines, runtime.descriptors);
  const plans: Plans = {
    main: loaded.plan,
    all: new Map([...loaded.all].map(([each, { plan }]) => [each, plan])),
  };
  const { input, vars } = run.record;
  let test = testOf({ plans, input, vars, ends: run.recorded.ends.values(), outcome: run.outcome }, name);
  const notes = isMasked(test) ? ['*** stands where the record hides a secret: write what the test needs there'] : [];
  const repeated = await repeat(test, plans, workspace, runtime);
  if (run.outcome.status === 'succeeded' && repeated.outcome?.status === 'succeeded') {
    const part = stablePart(run.outcome.result, repeated.outcome.result);
    if (part === run.outcome.result) return { test, notes };
    notes.push('A part of the result differs from run to run (a time, an id), so it is not compared');
    const assertions = part === undefined ? [{ path: 'output', exists: true }] : [{ path: 'output', includes: part }];
    test = { ...test, assertions };
    return { test, notes };
  }
  const [first] = repeated.findings;
  if (first) notes.push(`The test does not pass yet: ${first.message}`);
  return { test, notes };
}

function isMasked(test: JsonObject): boolean {
  return JSON.stringify(test).includes('***');
}

/** What the test comes to. */
async function repeat(
  test: JsonObject,
  plans: Plans,
  workspace: Workspace,
  runtime: NodeRuntime,
): Promise<{ outcome: RunOutcome | undefined; findings: readonly Finding[] }> {
  const limits = { ...limitsOf(workspace.settings), file_bytes: Number.POSITIVE_INFINITY };
  const source = parseSource(newTestFile(plans.main.name, test), { file: 'the recorded test', limits });
  const { suite, problems } = readSuite(outlineSuite(source), source, {
    descriptors: runtime.descriptors,
    limits,
    plans,
  });
  const [ready] = suite?.tests ?? [];
  if (!ready) throw new FlowMasonError('INTERNAL', `The test of the run is invalid: ${problems[0]?.message}`);
  let outcome: RunOutcome | undefined;
  const host = {
    runtime,
    machine: testMachine,
    live: false,
    secrets: async () => new Map<string, string>(),
    vars: testVars(workspace, false),
  };
  const { result } = await runTest(ready, host, {
    setupMocks: [],
    snapshots: new Snapshots({}, 'none'),
    onOutcome: (ended) => {
      outcome = ended;
    },
  });
  return { outcome, findings: result.findings };
}

/** The text of a test file with one more test. */
function addedTo(file: string, pipeline: string, test: JsonObject, name: string, { cwd, settings }: Workspace): string {
  const { source } = readUnit(file, cwd, limitsOf(settings));
  const shown = shownPath(cwd, file);
  const { report } = outlineSuite(source);
  if (report.failed || !isObject(source.value)) {
    throw new FlowMasonError('INVALID_FILE', `${shown} has problems, so nothing is added to it`, {
      problems: report.problems(),
    });
  }
  const { pipeline: tested, tests } = source.value as JsonObject;
  if (tested !== pipeline) {
    fail('ALREADY_EXISTS', `${shown} tests ${JSON.stringify(tested)}, not ${pipeline}`, {
      hint: commandLine('test:record', ['last', '--output', `tests/${pipeline}${TEST_SUFFIX}`]),
    });
  }
  if ((tests as JsonObject[]).some((each) => each.name === name)) {
    fail('ALREADY_EXISTS', `${shown} has a test "${name}" already`, {
      hint: commandLine('test:record', ['last', '--name', `${name} again`]),
    });
  }
  return withTest(source, test);
}
