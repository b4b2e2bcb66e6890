import { FlowMasonError } from '../../../core/errors.ts';
import type { Outcome } from '../../command.ts';
import { findProjectRoot } from '../../project/find.ts';
import { say } from '../../terminal.ts';
import { catchLateErrors, type LateErrors } from '../late-errors.ts';
import { takeSignals } from '../run/interrupt.ts';
import { readWishes, type TestFlags } from './flags.ts';
import type { TestRequest } from './prepare.ts';

/** What `fm test` came to; with `exit` everything is printed, and that is the exit code. */
export type TestResult = Outcome & { readonly exit?: number };

/** Runs, lists or watches tests. Throws FlowMasonError for everything that is wrong before the first test. */
export async function test(paths: readonly string[], flags: TestFlags): Promise<TestResult> {
  const wishes = readWishes(flags);
  // Nothing runs, so there is nothing to guard or to stop.
  if (flags.list) return list({ paths, flags, wishes, signal: new AbortController().signal });
  const { guardComponents } = await import('../guard-components.ts');
  let waiting = false;
  const interrupt = takeSignals((name) => {
    if (!waiting) say(`${name}: no further test starts; once more ends it at once`);
  });
  const release = guardComponents('the tests', 'fm test --bail');
  const request = { paths, flags, wishes, signal: interrupt.signal };
  try {
    if (flags.live) say('--live: stages without a mock really run');
    if (flags.watch) {
      const { testOnChange } = await import('./watch.ts');
      await testOnChange(request, (state) => {
        waiting = state;
      });
      return { json: {}, text: '', exit: interrupt.exit() ?? 0 };
    }
    const { testOnce } = await import('./once.ts');
    const late = catchLateErrors(findProjectRoot(process.cwd()) ?? process.cwd());
    const { json, error: own } = await testOnce(request).finally(() => late.release());
    const error = own ?? lateError(late);
    const exit = interrupt.exit();
    return exit === undefined ? { json, text: '', error } : { json, text: '', exit };
  } finally {
    release();
    interrupt.release();
  }
}

async function list(request: TestRequest): Promise<TestResult> {
  const { listTests } = await import('./list.ts');
  const { testListText } = await import('../../print/tests.ts');
  const { tests, error } = await listTests(request);
  return { json: { tests }, text: testListText(tests), error };
}

/** A component that fails behind its own end has not passed. */
function lateError({ errors }: LateErrors): FlowMasonError | undefined {
  const [first] = errors;
  if (!first) return undefined;
  const place = /\(?([^()\s]+components[^()\s]+:\d+):\d+\)?/.exec(first.stack ?? '')?.[1] ?? '';
  return new FlowMasonError('COMPONENT', `A component threw behind its end: ${first.message} (${place})`, {
    hint: 'Await what it starts: what is let go fails where no test can see it',
  });
}
