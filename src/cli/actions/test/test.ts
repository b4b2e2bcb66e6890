import type { Outcome } from '../../command.ts';
import { say } from '../../terminal.ts';
import { guardComponents } from '../guard-components.ts';
import { takeSignals } from '../run/interrupt.ts';
import { readWishes, type TestFlags } from './flags.ts';

/** What `fm test` came to; with `exit` everything is printed, and that is the exit code. */
export type TestResult = Outcome & { readonly exit?: number };

/** Runs, lists or watches tests. Throws FlowMasonError for everything that is wrong before the first test. */
export async function test(paths: readonly string[], flags: TestFlags): Promise<TestResult> {
  const wishes = readWishes(flags);
  let waiting = false;
  const interrupt = takeSignals((name) => {
    if (!waiting) say(`${name}: no further test starts; once more ends it at once`);
  });
  const release = guardComponents('the tests', 'fm test --bail');
  const request = { paths, flags, wishes, signal: interrupt.signal };
  try {
    if (flags.list) {
      const { listTests } = await import('./list.ts');
      const { testListText } = await import('../../print/tests.ts');
      const { tests, error } = await listTests(request);
      return { json: { tests }, text: testListText(tests), error };
    }
    if (flags.live) say('--live: stages without a mock really run');
    if (flags.watch) {
      const { testOnChange } = await import('./watch.ts');
      await testOnChange(request, (state) => {
        waiting = state;
      });
      return { json: {}, text: '', exit: interrupt.exit() ?? 0 };
    }
    const { testOnce } = await import('./once.ts');
    const { json, error } = await testOnce(request);
    const exit = interrupt.exit();
    return exit === undefined ? { json, text: '', error } : { json, text: '', exit };
  } finally {
    release();
    interrupt.release();
  }
}
