import { expect, it } from 'vitest';
import { outcomeOfView } from '../../src/cli/actions/deployed/outcome.ts';
import type { RunView } from '../../src/core/api/run.ts';

const AT = Date.UTC(2026, 0, 5, 12);
const VIEW: RunView = {
  run_id: 'r1',
  project: 'shop',
  pipeline: 'pay',
  version: '1.0.0',
  release: '0'.repeat(64),
  status: 'failed',
  actor: 'ada',
  trigger: null,
  accepted_at: AT,
  started_at: AT,
  finished_at: AT + 10,
  duration_ms: 10,
  error: { type: 'QUOTA', code: 'concurrency_limit', message: 'As many as may', hint: 'fm runs list --pipeline pay' },
  waiting: [],
  input: {},
  vars: {},
  result: null,
  stages: [],
  usage: null,
  attempts: [],
  repetition: 0,
  cancel_requested_at: null,
};

it('gives the hint of a failure as a command that leads to where the run is', () => {
  const hint = (kind: 'org' | 'server', name: string) => outcomeOfView(VIEW, { kind, name }).error?.hint;
  expect(hint('server', 'staging')).toBe('fm runs list --pipeline pay --env staging');
  expect(hint('org', 'demo')).toBe('fm runs list --pipeline pay --org demo');
  const plain = { ...VIEW, error: { type: 'QUOTA', code: 'x', message: 'y' } as const };
  expect(outcomeOfView(plain, { kind: 'server', name: 'staging' }).error).toEqual(plain.error);
});
