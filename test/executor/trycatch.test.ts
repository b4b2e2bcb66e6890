import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { run } from './harness.ts';

const guard = (config: object = {}, extra: Partial<StageDefinition> = {}): StageDefinition => ({
  id: 'guard',
  component: 'trycatch',
  config: { try_stages: ['work'], ...config },
  ...extra,
});
const echo = (id: string, value: string | object = id): StageDefinition => ({
  id,
  component: 'echo',
  config: { value: value as string },
});
const bad = (id = 'work', type = 'PROVIDER'): StageDefinition => ({
  id,
  component: 'boom',
  config: { type, message: `${id} failed` },
});

const rescue = echo('rescue', 'rescued');
const tidy = echo('tidy', '{{ context.error }}');

describe('trycatch that succeeds', () => {
  it('gives the result of its try list', async () => {
    const { outcome, world } = await run({
      stages: [guard({ catch_stages: ['rescue'], finally_stages: ['tidy'] }), echo('work', 'done'), rescue, tidy],
    });
    expect(outcome.result).toEqual({ status: 'succeeded', error: null, result: 'done' });
    expect(world.of('rescue')).toEqual([]);
    expect(world.seen('tidy')).toEqual([null]);
  });

  it('gives several final stages by id', async () => {
    const { outcome } = await run({ stages: [guard({ try_stages: ['work', 'more'] }), echo('work'), echo('more')] });
    expect(outcome.result).toMatchObject({ result: { work: 'work', more: 'more' } });
  });
});

describe('trycatch that meets an error', () => {
  it('recovers with catch stages, which see context.error and the try list', async () => {
    const { outcome, world } = await run({
      stages: [
        guard({ try_stages: ['before', 'work'], catch_stages: ['rescue'] }),
        echo('before', 'x'),
        { ...bad(), depends_on: ['before'] },
        echo('rescue', {
          type: '{{ context.error.type }}',
          stage: '{{ context.error.stage }}',
          path: '{{ context.error.path }}',
          before: '{{ stages.before.output }}',
          status: '{{ stages.work.status }}',
        }),
        { id: 'after', component: 'echo', depends_on: ['guard'], config: { value: '{{ stages.guard.output }}' } },
      ],
    });
    const caught = { type: 'PROVIDER', stage: 'work', path: 'guard/work', before: 'x', status: 'failed' };
    expect(world.seen('rescue')).toEqual([caught]);
    expect(outcome).toMatchObject({
      status: 'succeeded',
      result: { status: 'recovered', error: { type: 'PROVIDER', message: 'work failed' }, result: caught },
    });
  });

  it('cancels the rest of the try list before catch begins', async () => {
    const { world } = await run({
      stages: [
        guard({ try_stages: ['work', 'long', 'next'], catch_stages: ['rescue'] }),
        { id: 'work', component: 'boom', config: { ms: 10 } },
        { id: 'long', component: 'slow', config: { ms: 1_000 } },
        { id: 'next', component: 'echo', depends_on: ['long'] },
        rescue,
      ],
    });
    expect(world.calls.map(({ path, started, end }) => [path, started, end])).toEqual([
      ['guard/work', 0, 'threw'],
      ['guard/long', 0, 'aborted'],
      ['guard/rescue', 10, 'answered'],
    ]);
  });

  it('cancels only its own list: the graph around it goes on', async () => {
    const { world, outcome } = await run({
      stages: [
        guard({ catch_stages: ['rescue'] }),
        bad(),
        rescue,
        { id: 'outside', component: 'slow', config: { ms: 100 } },
      ],
    });
    expect(world.of('outside')).toMatchObject([{ end: 'answered' }]);
    expect(outcome.status).toBe('succeeded');
  });

  it('raises it again without catch stages', async () => {
    const { outcome, status, world } = await run({ stages: [guard({ finally_stages: ['tidy'] }), bad(), tidy] });
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'PROVIDER', stage: 'work', path: 'guard/work' } });
    expect(status('guard')).toBe('failed');
    expect(world.seen('tidy')).toEqual([expect.objectContaining({ type: 'PROVIDER', stage: 'work' })]);
  });

  it('raises it again after catch when error_scope is propagate', async () => {
    const { outcome, world } = await run({
      stages: [guard({ catch_stages: ['rescue'], error_scope: 'propagate' }), bad(), rescue],
    });
    expect(world.of('rescue')).toHaveLength(1);
    expect(outcome.error).toMatchObject({ type: 'PROVIDER', stage: 'work' });
  });

  it('swallows it without catch stages when error_scope is continue: failed, result null', async () => {
    const { outcome, status } = await run({ stages: [guard({ error_scope: 'continue' }), bad()] });
    expect(status('guard')).toBe('succeeded');
    expect(outcome).toMatchObject({
      status: 'succeeded',
      result: { status: 'failed', error: { type: 'PROVIDER' }, result: null },
    });
  });

  it('comes after the retries of the stage', async () => {
    const { outcome, world } = await run({
      stages: [
        guard({ catch_stages: ['rescue'] }),
        { id: 'work', component: 'flaky', config: { times: 1, value: 'ok' }, retry: { max_attempts: 2 } },
        rescue,
      ],
    });
    expect(outcome.result).toMatchObject({ status: 'succeeded', result: 'ok' });
    expect(world.of('rescue')).toEqual([]);
  });

  it('is not met by a stage with on_error: continue', async () => {
    const { outcome } = await run({
      stages: [guard({ catch_stages: ['rescue'] }), { ...bad(), on_error: 'continue' }, rescue],
    });
    expect(outcome.result).toMatchObject({ status: 'succeeded', result: null });
  });

  it.each([
    ['VALIDATION', { id: 'work', component: 'strict', config: { size: '{{ input.size }}' } }],
    ['EXPRESSION', { id: 'work', component: 'echo', config: { value: '{{ input.nothing.here }}' } }],
    ['TIMEOUT', { id: 'work', component: 'deaf', timeout: '1s' }],
    ['QUOTA', { id: 'work', component: 'boom', config: { type: 'QUOTA' } }],
  ])('catches %s of a stage', async (type, work) => {
    const { outcome } = await run(
      { stages: [guard({ catch_stages: ['rescue'] }), work, echo('rescue', '{{ context.error.type }}')] },
      { input: { size: 100 } },
    );
    expect(outcome.result).toMatchObject({ status: 'recovered', result: type });
  });
});

describe('`catch_error_types`', () => {
  it.each([
    ['PROVIDER', 'recovered'],
    ['TIMEOUT', 'recovered'],
    ['VALIDATION', 'propagates'],
  ])('[PROVIDER, TIMEOUT] and %s: %s', async (type, what) => {
    const { outcome, world } = await run({
      stages: [
        guard({ catch_stages: ['rescue'], catch_error_types: ['PROVIDER', 'TIMEOUT'], finally_stages: ['tidy'] }),
        bad('work', type),
        rescue,
        tidy,
      ],
    });
    if (what === 'recovered') expect(outcome.result).toMatchObject({ status: 'recovered' });
    else expect(outcome.error).toMatchObject({ type, stage: 'work' });
    expect(world.of('rescue')).toHaveLength(what === 'recovered' ? 1 : 0);
    expect(world.of('tidy')).toHaveLength(1);
  });

  it('holds for `continue` without catch stages as well', async () => {
    const config = { error_scope: 'continue', catch_error_types: ['TIMEOUT'] };
    expect((await run({ stages: [guard(config), bad('work', 'TIMEOUT')] })).outcome.status).toBe('succeeded');
    expect((await run({ stages: [guard(config), bad('work', 'PROVIDER')] })).outcome.error?.type).toBe('PROVIDER');
  });
});

describe('an error in catch', () => {
  it('replaces the first, which is its cause; finally sees it', async () => {
    const { outcome, world } = await run({
      stages: [
        guard({ catch_stages: ['rescue'], finally_stages: ['tidy'] }),
        bad(),
        bad('rescue', 'CONNECTIVITY'),
        tidy,
      ],
    });
    expect(outcome.error).toMatchObject({
      type: 'CONNECTIVITY',
      stage: 'rescue',
      message: 'rescue failed',
      cause: { type: 'PROVIDER', stage: 'work', message: 'work failed' },
    });
    expect(world.seen('tidy')).toEqual([expect.objectContaining({ type: 'CONNECTIVITY' })]);
  });

  it('propagates, whatever error_scope says', async () => {
    const { outcome } = await run({
      stages: [guard({ catch_stages: ['rescue'], error_scope: 'continue' }), bad(), bad('rescue', 'CONNECTIVITY')],
    });
    expect(outcome.error?.type).toBe('CONNECTIVITY');
  });
});

describe('finally', () => {
  it('runs last, after try and catch', async () => {
    const { world } = await run({
      stages: [
        guard({ catch_stages: ['rescue'], finally_stages: ['tidy'] }),
        { id: 'work', component: 'boom', config: { ms: 10 } },
        { id: 'rescue', component: 'slow', config: { ms: 10 } },
        tidy,
      ],
    });
    expect(world.calls.map(({ path, started }) => [path, started])).toEqual([
      ['guard/work', 0],
      ['guard/rescue', 10],
      ['guard/tidy', 20],
    ]);
  });

  it('sees try and catch', async () => {
    const { world } = await run({
      stages: [
        guard({ catch_stages: ['rescue'], finally_stages: ['tidy'] }),
        bad(),
        rescue,
        echo('tidy', { try: '{{ stages.work.status }}', catch: '{{ stages.rescue.output }}' }),
      ],
    });
    expect(world.seen('tidy')).toEqual([{ try: 'failed', catch: 'rescued' }]);
  });

  it('does not change the result', async () => {
    const { outcome } = await run({
      stages: [guard({ finally_stages: ['tidy'] }), echo('work'), echo('tidy', 'tidied')],
    });
    expect(outcome.result).toMatchObject({ status: 'succeeded', result: 'work' });
  });

  it('that fails wins over success', async () => {
    const { outcome, status } = await run({
      stages: [guard({ finally_stages: ['tidy'] }), echo('work'), bad('tidy', 'CONNECTIVITY')],
    });
    expect(outcome.error).toMatchObject({ type: 'CONNECTIVITY', stage: 'tidy' });
    expect(status('guard')).toBe('failed');
  });

  it('that fails wins over the error of try and over recovery', async () => {
    for (const config of [{ finally_stages: ['tidy'] }, { finally_stages: ['tidy'], catch_stages: ['rescue'] }]) {
      const stages = [guard(config), bad(), bad('tidy', 'CONNECTIVITY'), ...('catch_stages' in config ? [rescue] : [])];
      const { outcome } = await run({ stages });
      expect(outcome.error).toMatchObject({ type: 'CONNECTIVITY', stage: 'tidy' });
    }
  });

  it('that fails wins over swallowing', async () => {
    const { outcome } = await run({
      stages: [guard({ error_scope: 'continue', finally_stages: ['tidy'] }), bad(), bad('tidy', 'CONNECTIVITY')],
    });
    expect(outcome.error?.stage).toBe('tidy');
  });

  it('runs when another stage failed, with context.error', async () => {
    const { outcome, world } = await run({
      stages: [
        guard({ catch_stages: ['rescue'], finally_stages: ['tidy'] }),
        { id: 'work', component: 'slow', config: { ms: 1_000 } },
        rescue,
        { id: 'tidy', component: 'slow', config: { ms: 10, value: '{{ context.error != null }}' } },
        { id: 'outside', component: 'boom', config: { ms: 100, message: 'outside' } },
      ],
    });
    expect(outcome.error?.message).toBe('outside');
    expect(world.of('tidy')).toMatchObject([{ started: 100, end: 'answered', config: { value: true } }]);
    expect(world.of('rescue')).toEqual([]);
  });

  it('does not run when the try list never started', async () => {
    const { world } = await run({ stages: [guard({ finally_stages: ['tidy'] }, { when: false }), echo('work'), tidy] });
    expect(world.calls).toEqual([]);
  });
});

describe('trycatch, nested', () => {
  it('an inner one catches before an outer one', async () => {
    const { outcome, world } = await run({
      stages: [
        { id: 'outer', component: 'trycatch', config: { try_stages: ['guard'], catch_stages: ['last'] } },
        guard({ catch_stages: ['rescue'] }),
        bad(),
        rescue,
        echo('last'),
      ],
    });
    expect(outcome.result).toMatchObject({ status: 'succeeded', result: { status: 'recovered', result: 'rescued' } });
    expect(world.of('last')).toEqual([]);
  });

  it('an outer one catches what an inner catch throws', async () => {
    const { outcome } = await run({
      stages: [
        { id: 'outer', component: 'trycatch', config: { try_stages: ['guard'], catch_stages: ['last'] } },
        guard({ catch_stages: ['rescue'] }),
        bad(),
        bad('rescue', 'CONNECTIVITY'),
        echo('last', '{{ context.error.type }} because of {{ context.error.cause.type }}'),
      ],
    });
    expect(outcome.result).toMatchObject({ status: 'recovered', result: 'CONNECTIVITY because of PROVIDER' });
  });

  it('a trycatch in catch has the inner context.error inside and the outer one outside', async () => {
    const { world } = await run({
      stages: [
        guard({ catch_stages: ['inner', 'seen'] }),
        bad(),
        { id: 'inner', component: 'trycatch', config: { try_stages: ['work2'], catch_stages: ['rescue2'] } },
        bad('work2', 'CONNECTIVITY'),
        echo('rescue2', '{{ context.error.type }}'),
        { ...echo('seen', '{{ context.error.type }}'), depends_on: ['inner'] },
      ],
    });
    expect(world.seen('rescue2')).toEqual(['CONNECTIVITY']);
    expect(world.seen('seen')).toEqual(['PROVIDER']);
  });
});
