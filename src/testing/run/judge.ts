import { parsePath } from '../../core/path.ts';
import type { Failure } from '../../core/run.ts';
import { expectsFailure, failureText, findingsOf, lookAt } from '../assert/assert.ts';
import type { Snapshots } from '../assert/snapshot.ts';
import { parseTarget } from '../assert/target.ts';
import type { Finding } from '../result.ts';
import { isMeant, resolveReference, type StageReference } from '../suite/reference.ts';
import type { ExpectedError, Mock, Test } from '../suite/suite.ts';
import type { Observation } from './observation.ts';
import { sampleOutput } from './sample.ts';
import type { MissingMock, TestRun } from './test-run.ts';

/** Everything that is wrong with how a test ran; empty when it has passed. */
export function judge(run: TestRun, snapshots: Snapshots): Finding[] {
  const { test, seen, timedOut } = run;
  if (timedOut !== undefined) return [overdue(test, timedOut)];
  const mocks = [...run.missing.map((missing) => missingMock(test, missing)), ...usedUp(run)];
  if (mocks.length > 0) return mocks;
  const ending = judgeEnding(run);
  const { outcome } = seen;
  // What a run that broke off did not do says nothing new.
  if (ending && outcome.status !== 'succeeded') return [ending];
  const findings = ending ? [ending] : [];
  const now = outcome.started_at + outcome.duration_ms;
  findings.push(...findingsOf(test.assertions, { plans: test.plans, seen, input: test.input, vars: run.vars, now }));
  if (findings.length === 0) findings.push(...compareSnapshots(run, snapshots));
  return [...findings, ...unused(run)];
}

function overdue(test: Test, { limit, at }: NonNullable<TestRun['timedOut']>): Finding {
  const where = at.length === 0 ? '' : `; it was at ${at.slice(0, 5).join(', ')}`;
  const message = `The test took longer than ${limit / 1_000} s${where}`;
  const hint = 'Delays and retries cost no time here; give it a longer `timeout` if real work takes so long';
  return { kind: 'timeout', position: test.position, message, hint };
}

/** A stage that would have left the machine, with a mock to paste. */
function missingMock({ plans, position, ofComponent }: Test, { path, id, component, request }: MissingMock): Finding {
  if (request !== undefined) {
    const hint = ofComponent
      ? pasteMock('fetch', { output: { status: 200, body: {} } })
      : 'Declare `effects: true` in the component, so that a mock can stand for the stage';
    return {
      kind: 'mock',
      position,
      message: `${request} would leave the machine, and there is no mock \`fetch\``,
      hint,
    };
  }
  const stage = resolveReference(plans, path)?.stage;
  const name = path.replaceAll(/\[\d+\]/g, '');
  // Ids are unique in a file, not beyond it.
  const key = resolveReference(plans, id)?.name === name ? id : name;
  const hint = pasteMock(key, { output: stage ? sampleOutput(stage.component) : {} });
  return {
    kind: 'mock',
    position,
    message: `Stage ${path} would leave the machine: its ${component} has no mock`,
    hint,
  };
}

function pasteMock(key: string, answer: object): string {
  return `Add this to the test, or run it with --live:\n"mocks": ${JSON.stringify({ [key]: answer }, null, 2)}`;
}

function usedUp({ book }: TestRun): Finding[] {
  const first = book.runOut[0];
  if (!first) return [];
  const { mock, path, attempt } = first;
  const count = mock.answers.length;
  const message = `The mock \`${mock.key}\` has ${count} ${count === 1 ? 'answer' : 'answers'}, and one more was asked for: attempt ${attempt} of ${path}`;
  const hint = 'Add an answer to the list, or write one without a list: it stands for every attempt';
  return [{ kind: 'mock', position: mock.position, message, hint }];
}

/** Whether the run has ended as the test expects. */
function judgeEnding({ test, seen, misfits }: TestRun): Finding | undefined {
  const { status, error, waiting } = seen.outcome;
  const { expectError, position, assertions } = test;
  if (status === 'waiting') {
    const names = (waiting ?? []).map(({ signal, path }) => signal ?? path);
    const hint = `Add the data to the test: "signals": { "${names[0]}": { … } }`;
    const message = `The run waits for the signal ${names.join(', ')}`;
    const [misfit] = misfits;
    if (misfit === undefined) return { kind: 'run', position, message, hint };
    return { kind: 'run', position, message: `${message}: its data does not fit: ${misfit}` };
  }
  if (!error) {
    if (!expectError) return undefined;
    const expected = expectError.type ?? 'an error';
    return { kind: 'run', position: expectError.position, message: `The run succeeded, expected ${expected}` };
  }
  if (expectError) return judgeError(expectError, error, seen.observation);
  if (expectsFailure(assertions)) return undefined;
  return { kind: 'run', position, message: `The run failed: ${failureText(error)}`, hint: hintOf(error) };
}

function hintOf({ code, hint, details }: Failure): string | undefined {
  if (code !== 'missing_names') return hint;
  const names = JSON.stringify(details ?? {});
  return `Give them in \`setup\` or in the test: "vars": { … }, "secrets": { … }; missing are ${names}`;
}

function judgeError(expected: ExpectedError, error: Failure, observation: Observation): Finding | undefined {
  const wrong = [
    expected.type !== undefined && expected.type !== error.type && `the type ${expected.type}`,
    expected.code !== undefined && expected.code !== error.code && `the code ${expected.code}`,
    expected.message !== undefined && !error.message.includes(expected.message) && `the message "${expected.message}"`,
    expected.stage && !isAt(expected.stage, error, observation) && `the stage ${expected.stage.text}`,
  ].filter((part) => typeof part === 'string');
  if (wrong.length === 0) return undefined;
  const message = `The run failed otherwise than expected: ${failureText(error)}`;
  return { kind: 'run', position: expected.position, message, hint: `Expected was ${wrong.join(', ')}` };
}

/** Whether a failure is of the stage that is meant, of the right one when it ran several times. */
function isAt(stage: StageReference, { path = '' }: Failure, observation: Observation): boolean {
  if (stage.nth !== undefined) return observation.of(stage)[stage.nth]?.path === path;
  return isMeant(stage, parsePath(path) ?? []);
}

function compareSnapshots({ test, seen }: TestRun, snapshots: Snapshots): Finding[] {
  return test.snapshots.flatMap((wish): Finding[] => {
    const target = parseTarget(wish.path, test.plans);
    const looked = 'root' in target ? lookAt(target, seen) : { value: undefined, why: target };
    if (looked.value === undefined) {
      const { message = `${wish.path} does not exist`, hint } = looked.why ?? {};
      return [{ kind: 'snapshot', position: wish.position, path: wish.path, message, hint }];
    }
    const finding = snapshots.compare(test.name, wish, looked.value);
    return finding ? [finding] : [];
  });
}

/** Mocks of the test that nothing asked for. */
function unused({ test, book }: TestRun): Finding[] {
  return test.ownMocks.flatMap((mock): Finding[] => {
    const used = book.used(mock);
    const count = mock.answers.length;
    if (used === 0) return [unusedMock(mock)];
    if (mock.repeats || used >= count) return [];
    const message = `Of the ${count} answers of the mock \`${mock.key}\` only ${used} ${used === 1 ? 'was' : 'were'} asked for`;
    return [
      {
        kind: 'mock',
        position: mock.position,
        message,
        hint: 'Remove the rest, or find out why the stage ran less often',
      },
    ];
  });
}

/** A mock that no stage has asked for. */
export function unusedMock({ key, position }: Mock): Finding {
  const message = `The mock \`${key}\` was not used: no stage that it stands for has run`;
  return { kind: 'mock', position, message, hint: 'Remove it, or find out why the stage did not run' };
}
