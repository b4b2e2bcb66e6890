import { describe, expect, it } from 'vitest';
import { bytesText, type PlanView, planText } from '../../../src/cli/print/release/plan-text.ts';
import {
  DIGEST,
  diffOf,
  expectToFit,
  HOSTILE,
  hostileDiff,
  LOCAL,
  NEXT_DIGEST,
  PIPE,
  PRODUCTION,
  pipeline,
  terminal,
} from './samples.ts';

const PLAN: PlanView = {
  target: PRODUCTION,
  kind: 'deploy',
  project: 'shop',
  base: { number: 11, version: '1.1.0', digest: DIGEST },
  release: { version: '1.2.0', digest: NEXT_DIGEST },
  diff: diffOf([pipeline('orders'), pipeline('report')], [pipeline('orders', { timeout: '5m' })]),
  removals: ['report'],
  problems: [],
  warnings: [
    {
      code: 'UNCHECKED',
      message: 'No worker is alive, so that secrets are unchecked',
      hint: 'fm workers list --env production',
    },
    { code: 'VERSION_NOT_BUMPED', message: 'The pipeline changed and its version is still `1.0.0`' },
  ],
  upload: { pipelines: 1, bytes: 12_345 },
  plan: { id: 'pl_42', hash: NEXT_DIGEST, expires_at: '2026-12-05T00:00:00Z', file: 'plan.json' },
};
const BROKEN: PlanView = {
  ...PLAN,
  plan: undefined,
  removals: [],
  warnings: [],
  problems: [
    {
      code: 'SECRET_MISSING',
      message: 'orders reads the secret API_KEY, which no worker can resolve',
      hint: 'fm secrets check --env production',
    },
    {
      code: 'VARIABLE_MISSING',
      message: 'orders reads the variable BASE_URL, which is not set there',
      hint: 'fm vars set BASE_URL VALUE --env production',
    },
  ],
};

describe('a plan', () => {
  it('says where, what, and how to apply it', () => {
    expect(planText(PLAN, PIPE)).toBe(
      [
        'target: production https://fm.example.com tenant acme',
        'shop 1.2.0 (9ab012345678) replaces #11 1.1.0 (3f2a9c1b4d5e)',
        '',
        'production #11 1.1.0 → release of shop 1.2.0  +0 ~1 -1',
        '',
        '- report 1.0.0  1 stage',
        '',
        '~ orders',
        '  + timeout  "5m"',
        '  ! VERSION_NOT_BUMPED  The pipeline changed and its version is still `1.0.0`',
        '      Try: Raise `version` in its file, so that history and runs tell the two apart',
        '',
        '1 pipeline would be removed; needs --prune:',
        '  - report',
        '',
        'UNCHECKED  warning: No worker is alive, so that secrets are unchecked',
        'Try: fm workers list --env production',
        '',
        'to upload: 1 pipeline, 12.3 kB',
        'plan pl_42 until 2026-12-05T00:00:00Z, hash 9ab012345678',
        '',
        'To apply it:',
        '  fm deploy production --prune --plan-out plan.json',
      ].join('\n'),
    );
  });

  it('lists what stands in its way, and then names no command that applies it', () => {
    const text = planText(BROKEN, terminal(60));
    expect(text).toBe(
      [
        'target: production https://fm.example.com tenant acme',
        'shop 1.2.0 (9ab012345678) replaces #11 1.1.0 (3f2a9c1b4d5e)',
        '',
        'production #11 1.1.0 → release of shop 1.2.0  +0 ~1 -1',
        '',
        '- report 1.0.0  1 stage',
        '',
        '~ orders',
        '  + timeout  "5m"',
        '  ! VERSION_NOT_BUMPED  The pipeline changed and its version',
        '    is still `1.0.0`',
        '      Try: Raise `version` in its file, so that history and',
        '      runs tell the two apart',
        '',
        'SECRET_MISSING  orders reads the secret API_KEY, which no',
        'worker can resolve',
        'Try: fm secrets check --env production',
        '',
        'VARIABLE_MISSING  orders reads the variable BASE_URL, which',
        'is not set there',
        'Try: fm vars set BASE_URL VALUE --env production',
        '',
        'to upload: 1 pipeline, 12.3 kB',
        '',
        'It cannot be applied before the 2 problems above are solved.',
      ].join('\n'),
    );
    expect(text).not.toContain('To apply');
  });

  it('is nothing to do for what is active', () => {
    expect(planText({ ...PLAN, release: { version: '1.1.0', digest: DIGEST } }, PIPE)).toBe(
      [
        'target: production https://fm.example.com tenant acme',
        'shop 1.1.0 (3f2a9c1b4d5e) replaces #11 1.1.0 (3f2a9c1b4d5e)',
        '',
        'nothing to do: #11 1.1.0 is active already',
      ].join('\n'),
    );
  });

  it.each([
    [{ kind: 'push', target: LOCAL }, 'fm push --prune --plan-out plan.json'],
    [{ kind: 'push', target: { ...LOCAL, name: 'demo' } }, 'fm push --prune --plan-out plan.json --org demo'],
    [{ kind: 'promote', target: PRODUCTION }, 'fm promote production --prune --plan-out plan.json'],
    [{ kind: 'deploy', target: PRODUCTION, removals: [], plan: undefined }, 'fm deploy production'],
  ] as const)('ends with the command that applies it: %j', (part, command) => {
    expect(
      planText({ ...PLAN, ...part }, PIPE)
        .split('\n')
        .at(-1),
    ).toBe(`  ${command}`);
  });

  it('of a first release replaces nothing', () => {
    const text = planText({ ...PLAN, base: null, diff: diffOf(undefined, [pipeline('a')]) }, PIPE);
    expect(text).toContain('shop 1.2.0 (9ab012345678) is the first release here\n\nnothing → release of shop 1.2.0');
  });

  it('shows no password', () => {
    expect(
      planText({ ...PLAN, target: { ...PRODUCTION, url: 'https://ada:hunter22@fm.example.com' } }, PIPE),
    ).not.toContain('hunter22');
  });

  it.each([40, 80, 120])('fits into %i columns whatever somebody wrote', (width) => {
    expectToFit(planText(PLAN, terminal(width, true)), width);
    for (const text of HOSTILE.filter((each) => each.isWellFormed())) {
      const notice = { code: 'X', message: text.repeat(9), hint: text };
      const plan = {
        ...PLAN,
        project: text,
        removals: [text],
        problems: [notice],
        warnings: [notice],
        diff: hostileDiff(text),
      };
      expectToFit(
        planText({ ...plan, target: { ...PRODUCTION, name: text, url: text, tenant: text } }, terminal(width)),
        width,
      );
    }
  });
});

describe('sizes', () => {
  it.each([
    [1, '1 byte'],
    [999, '999 bytes'],
    [1_000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [20_000_000, '20.0 MB'],
  ])('%i is %s', (bytes, text) => expect(bytesText(bytes)).toBe(text));
});
