import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { run } from './harness.ts';

const skipped: StageDefinition = { id: 'no', component: 'echo', config: { value: 1 }, when: false };
const done: StageDefinition = { id: 'yes', component: 'echo', config: { value: 2 } };

describe('`when`', () => {
  it.each([
    ['input.n > 3', 4, 'succeeded'],
    ['input.n > 3', 3, 'skipped'],
    ['{{ input.n > 3 }}', 3, 'skipped'],
  ])('%s with n = %d: %s', async (when, n, status) => {
    const { stage } = await run({ stages: [{ ...done, when }] }, { input: { n } });
    expect(stage('yes')).toMatchObject({ status, attempts: status === 'skipped' ? 0 : 1 });
  });

  it('takes plain booleans', async () => {
    expect((await run({ stages: [{ ...done, when: true }] })).status('yes')).toBe('succeeded');
    expect((await run({ stages: [{ ...done, when: false }] })).status('yes')).toBe('skipped');
  });

  it('fails the stage with EXPRESSION when it cannot be told', async () => {
    const { outcome, world } = await run({ stages: [{ ...done, when: 'input.missing.field' }] });
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'EXPRESSION', stage: 'yes', path: 'yes' } });
    expect(world.calls).toEqual([]);
  });

  it('fails the stage with EXPRESSION when it is no boolean', async () => {
    const { outcome } = await run({ stages: [{ ...done, when: 'input.n' }] }, { input: { n: 1 } });
    expect(outcome.error).toMatchObject({ type: 'EXPRESSION', stage: 'yes' });
  });

  it('that fails is let go by on_error: continue', async () => {
    const { outcome, status } = await run({ stages: [{ ...done, when: 'input.x', on_error: 'continue' }] });
    expect(status('yes')).toBe('failed');
    expect(outcome.status).toBe('succeeded');
  });

  it('does not resolve the config of a stage that is skipped', async () => {
    const { status } = await run({
      stages: [{ id: 'a', component: 'echo', when: false, config: { value: '{{ input.missing.field }}' } }],
    });
    expect(status('a')).toBe('skipped');
  });
});

describe('`enabled: false`', () => {
  it('skips the stage and what depends on it', async () => {
    const { status, world } = await run({
      stages: [
        { ...done, enabled: false },
        { id: 'after', component: 'echo', depends_on: ['yes'] },
      ],
    });
    expect([status('yes'), status('after')]).toEqual(['skipped', 'skipped']);
    expect(world.calls).toEqual([]);
  });

  it('skips an owner with its whole body', async () => {
    const { status, world } = await run({
      stages: [
        { id: 'each', component: 'foreach', enabled: false, config: { items: [1], loop_stages: ['yes'] } },
        done,
      ],
    });
    expect(status('each')).toBe('skipped');
    expect(world.calls).toEqual([]);
  });

  it('skips a gate with both its branches', async () => {
    const { status } = await run({
      stages: [
        { id: 'gate', component: 'conditional', enabled: false, config: { condition: true, true_branch: 'yes' } },
        done,
      ],
    });
    expect([status('gate'), status('yes')]).toEqual(['skipped', 'skipped']);
  });
});

describe('the skip rule', () => {
  const behind = (extra: Partial<StageDefinition>): StageDefinition => ({ id: 'after', component: 'echo', ...extra });

  it('join all: skipped when any dependency was', async () => {
    const { status } = await run({ stages: [skipped, done, behind({ depends_on: ['no', 'yes'] })] });
    expect(status('after')).toBe('skipped');
  });

  it('join any: runs unless all were', async () => {
    const { status } = await run({ stages: [skipped, done, behind({ depends_on: ['no', 'yes'], join: 'any' })] });
    expect(status('after')).toBe('succeeded');
  });

  it('join any: skipped when all were', async () => {
    const { status } = await run({
      stages: [skipped, { ...skipped, id: 'no2' }, behind({ depends_on: ['no', 'no2'], join: 'any' })],
    });
    expect(status('after')).toBe('skipped');
  });

  it('join any waits for all its dependencies, not for the first', async () => {
    const { world } = await run({
      stages: [
        done,
        { id: 'late', component: 'slow', config: { ms: 50 } },
        behind({ depends_on: ['yes', 'late'], join: 'any' }),
      ],
    });
    expect(world.of('after')[0]?.started).toBe(50);
  });

  it('looks at stages whose output is read', async () => {
    const { status } = await run({ stages: [skipped, behind({ config: { value: '{{ stages.no.output }}' } })] });
    expect(status('after')).toBe('skipped');
  });

  it('does not look at stages of which only status or error is read, but waits for them', async () => {
    const { status, world } = await run({
      stages: [
        { id: 'wait', component: 'slow', config: { ms: 20 } },
        { ...skipped, depends_on: ['wait'], when: false },
        behind({ config: { value: ['{{ stages.no.status }}', '{{ stages.no.error }}'] } }),
      ],
    });
    expect(status('after')).toBe('succeeded');
    expect(world.calls.at(-1)).toMatchObject({ path: 'after', started: 20, config: { value: ['skipped', null] } });
  });

  it('looks at a stage that is both in depends_on and read for its status', async () => {
    const { status } = await run({
      stages: [skipped, behind({ depends_on: ['no'], config: { value: '{{ stages.no.status }}' } })],
    });
    expect(status('after')).toBe('skipped');
  });

  it('goes on down the graph', async () => {
    const { status } = await run({
      stages: [skipped, behind({ depends_on: ['no'] }), { id: 'last', component: 'echo', depends_on: ['after'] }],
    });
    expect(status('last')).toBe('skipped');
  });

  it('counts a stage that failed under on_error: continue as succeeded', async () => {
    const { status, world } = await run({
      stages: [
        { id: 'bad', component: 'boom', on_error: 'continue' },
        behind({ depends_on: ['bad'], config: { value: '{{ stages.bad.output }}' } }),
      ],
    });
    expect([status('bad'), status('after')]).toEqual(['failed', 'succeeded']);
    expect(world.seen('after')).toEqual([null]);
  });

  it('lets an any-joined stage read null of what was skipped', async () => {
    const { world } = await run({
      stages: [
        skipped,
        done,
        behind({ join: 'any', config: { value: ['{{ stages.no.output }}', '{{ stages.yes.output }}'] } }),
      ],
    });
    expect(world.seen('after')).toEqual([[null, 2]]);
  });

  it('applies to control stages: a skipped owner runs nothing', async () => {
    const { status, world } = await run({
      stages: [
        skipped,
        { id: 'each', component: 'foreach', depends_on: ['no'], config: { items: [1], loop_stages: ['yes'] } },
        done,
      ],
    });
    expect(status('each')).toBe('skipped');
    expect(world.calls).toEqual([]);
  });
});

describe('the order of tests: gate, skip rule, enabled, when', () => {
  const broken = 'input.missing.field';

  it('the gate comes before when', async () => {
    const { outcome, status } = await run({
      stages: [
        { id: 'gate', component: 'conditional', config: { condition: false, true_branch: 'yes' } },
        { ...done, when: broken },
      ],
    });
    expect([outcome.status, status('yes')]).toEqual(['succeeded', 'skipped']);
  });

  it('the skip rule comes before when', async () => {
    const { outcome, status } = await run({ stages: [skipped, { ...done, depends_on: ['no'], when: broken }] });
    expect([outcome.status, status('yes')]).toEqual(['succeeded', 'skipped']);
  });

  it('enabled comes before when', async () => {
    const { outcome, status } = await run({ stages: [{ ...done, enabled: false, when: broken }] });
    expect([outcome.status, status('yes')]).toEqual(['succeeded', 'skipped']);
  });

  it('the gate comes before the skip rule: join any does not open a branch that was not taken', async () => {
    const { status } = await run({
      stages: [
        { id: 'gate', component: 'conditional', config: { condition: false, true_branch: 'yes' } },
        { id: 'other', component: 'echo' },
        { ...done, depends_on: ['other'], join: 'any' },
      ],
    });
    expect(status('yes')).toBe('skipped');
  });
});

describe('`on_error: continue`', () => {
  it('finishes a failed stage with a null output and its error', async () => {
    const { outcome, end, world } = await run({
      stages: [
        { id: 'bad', component: 'boom', config: { type: 'PROVIDER', message: 'no luck' }, on_error: 'continue' },
        {
          id: 'after',
          component: 'echo',
          config: {
            value: [
              '{{ stages.bad.status }}',
              '{{ stages.bad.error.type }}',
              '{{ stages.bad.error.message }}',
              '{{ stages.bad.output }}',
            ],
          },
        },
      ],
    });
    expect(outcome).toMatchObject({ status: 'succeeded', error: null });
    expect(end('bad')).toMatchObject({ status: 'failed', output: null, error: { type: 'PROVIDER' } });
    expect(world.seen('after')).toEqual([['failed', 'PROVIDER', 'no luck', null]]);
  });

  it('comes after the retries', async () => {
    const { stage } = await run({
      stages: [
        {
          id: 'bad',
          component: 'boom',
          config: { type: 'PROVIDER' },
          on_error: 'continue',
          retry: { max_attempts: 3 },
        },
      ],
    });
    expect(stage('bad')).toMatchObject({ status: 'failed', attempts: 3 });
  });

  it.each([
    ['VALIDATION', { id: 'bad', component: 'strict', config: { size: '{{ input.size }}' } }],
    ['EXPRESSION', { id: 'bad', component: 'echo', config: { value: '{{ input.nothing.here }}' } }],
    ['TIMEOUT', { id: 'bad', component: 'deaf', timeout: '1s' }],
  ])('holds for %s too', async (type, stage) => {
    const { outcome, end } = await run({ stages: [{ ...stage, on_error: 'continue' }] }, { input: { size: 100 } });
    expect(outcome.status).toBe('succeeded');
    expect(end('bad')?.error?.type).toBe(type);
  });

  it('holds for control stages', async () => {
    const { outcome, status, world } = await run({
      stages: [
        { id: 'each', component: 'foreach', on_error: 'continue', config: { items: [1, 2], loop_stages: ['bad'] } },
        { id: 'bad', component: 'boom' },
        { id: 'after', component: 'echo', depends_on: ['each'], config: { value: '{{ stages.each.error.type }}' } },
      ],
    });
    expect([outcome.status, status('each')]).toEqual(['succeeded', 'failed']);
    expect(world.seen('after')).toEqual(['COMPONENT']);
  });

  it('does not make a cancelled run go on', async () => {
    const controller = new AbortController();
    const { outcome } = await run(
      { stages: [{ id: 'a', component: 'slow', config: { ms: 1_000 }, on_error: 'continue' }] },
      { signal: controller.signal, onCall: () => controller.abort() },
    );
    expect(outcome.status).toBe('cancelled');
  });
});
