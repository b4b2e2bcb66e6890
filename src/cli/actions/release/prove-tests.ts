import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { REPORTERS } from '../../../testing/reporters/index.ts';
import { say } from '../../terminal.ts';
import { takeSignals } from '../run/interrupt.ts';
import { prepareTests } from '../test/prepare.ts';
import { runTests, type TestOutcome } from '../test/run.ts';
import type { Proof } from './candidate.ts';

/**
 * What an environment demands to be proven and is not yet: then the offline tests run here. Throws FlowMasonError
 * `TEST_FAILED`, `THRESHOLD_MISSED`, `NO_TESTS`, `INVALID_FILE`; `EVIDENCE_MISSING` when only a part of them ran.
 */
export async function proveTests(
  { client, name }: Target,
  release: Digest,
  { quiet }: { readonly quiet: boolean },
): Promise<Proof[]> {
  const { requires } = await client.call('GET /environment', {});
  if (!requires.includes('tests') || (await isProven(client, release))) return [];
  if (!quiet) say(`${name} takes only releases whose tests have passed, so they run now`);
  const outcome = await runAll(quiet);
  if (outcome.error) throw outcome.error;
  const { totals, partial } = outcome.summary;
  if (partial)
    fail('EVIDENCE_MISSING', 'Only a part of the tests ran, which proves nothing of the release', {
      hint: 'Take `only` out of the tests, then look: fm test',
    });
  const { tests, passed, failed, skipped } = totals;
  const { stages, branches } = outcome.coverage?.totals ?? {};
  const coverage = stages && branches ? { stages: stages.percent, branches: branches.percent } : null;
  return [{ kind: 'tests', content: { tests, passed, failed, skipped, coverage } }];
}

async function isProven(client: Target['client'], digest: Digest): Promise<boolean> {
  try {
    const { evidence } = await client.call('GET /releases/:digest', { digest });
    return evidence.some(({ kind }) => kind === 'tests');
  } catch (error) {
    if (error instanceof FlowMasonError && error.code === 'NOT_FOUND') return false;
    throw error;
  }
}

async function runAll(quiet: boolean): Promise<TestOutcome> {
  const interrupt = takeSignals((signal) => say(`${signal}: no further test starts, and nothing was activated`));
  try {
    const wishes = { reporters: [], coverage: [], selection: { filters: [], tags: [], shard: undefined }, jobs: 1 };
    const request = { paths: [], flags: {}, wishes, signal: interrupt.signal, frozen: true };
    const create = await REPORTERS.text();
    const write = (text: string): void => {
      if (!quiet) process.stderr.write(text);
    };
    const reporter = create({ write, paint: (_, text) => text, columns: 100, source: () => undefined });
    return await runTests(await prepareTests(request), request, reporter, async () => {});
  } finally {
    interrupt.release();
  }
}
