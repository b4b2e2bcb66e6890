import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { run } from './harness.ts';

const stage = (id: string, extra: Partial<StageDefinition> = {}): StageDefinition => ({
  id,
  component: 'echo',
  config: { value: id },
  ...extra,
});

describe('conditional', () => {
  const gate = (condition: Json, extra: object = { false_branch: 'no' }): StageDefinition => ({
    id: 'gate',
    component: 'conditional',
    config: { condition, true_branch: 'yes', ...extra },
  });

  it.each([
    [true, 'yes', 'no'],
    [false, 'no', 'yes'],
  ])('%s runs its branch and skips the other', async (flag, taken, other) => {
    const { status, output } = await run(
      { stages: [gate('input.flag'), stage('yes'), stage('no')] },
      { input: { flag } },
    );
    expect(output('gate')).toEqual({ branch_taken: flag });
    expect([status(taken), status(other)]).toEqual(['succeeded', 'skipped']);
  });

  it('takes a list of ids for a branch', async () => {
    const { status } = await run({
      stages: [
        {
          id: 'gate',
          component: 'conditional',
          config: { condition: true, true_branch: ['a', 'b'], false_branch: ['c'] },
        },
        ...['a', 'b', 'c'].map((id) => stage(id)),
      ],
    });
    expect(['a', 'b', 'c'].map(status)).toEqual(['succeeded', 'succeeded', 'skipped']);
  });

  it('does without a false branch', async () => {
    const { status, outcome } = await run({ stages: [gate(false, {}), stage('yes')] });
    expect([status('yes'), outcome.status]).toEqual(['skipped', 'succeeded']);
  });

  it('must be told by a boolean', async () => {
    const { outcome, world } = await run(
      { stages: [gate('input.flag'), stage('yes'), stage('no')] },
      { input: { flag: 'yes' } },
    );
    expect(outcome.error).toMatchObject({ type: 'EXPRESSION', stage: 'gate' });
    expect(world.calls).toEqual([]);
  });

  it('lets its stages wait for their other dependencies as well', async () => {
    const { world } = await run({
      stages: [
        gate(true),
        stage('yes', { depends_on: ['late'] }),
        stage('no'),
        stage('late', { component: 'slow', config: { ms: 30 } }),
      ],
    });
    expect(world.of('yes')[0]?.started).toBe(30);
  });

  it('lets stages behind its branches meet with join any', async () => {
    const { world } = await run(
      {
        stages: [
          gate('input.flag'),
          stage('yes'),
          stage('no'),
          stage('meet', {
            join: 'any',
            config: { value: '{{ stages.gate.output.branch_taken ? stages.yes.output : stages.no.output }}' },
          }),
        ],
        result: '{{ stages.meet.output }}',
      },
      { input: { flag: false } },
    );
    expect(world.seen('meet')).toEqual(['no']);
  });

  it('nests: an inner gate of a branch that is not taken is skipped with all it gates', async () => {
    const { status } = await run(
      {
        stages: [
          {
            id: 'outer',
            component: 'conditional',
            config: { condition: 'input.outer', true_branch: 'inner', false_branch: 'c' },
          },
          {
            id: 'inner',
            component: 'conditional',
            config: { condition: 'input.inner', true_branch: 'a', false_branch: 'b' },
          },
          ...['a', 'b', 'c'].map((id) => stage(id)),
        ],
      },
      { input: { outer: false, inner: true } },
    );
    expect(['inner', 'a', 'b', 'c'].map(status)).toEqual(['skipped', 'skipped', 'skipped', 'succeeded']);
  });

  it('gates an owner with its whole body', async () => {
    const { status, world } = await run({
      stages: [
        { id: 'gate', component: 'conditional', config: { condition: false, true_branch: 'each' } },
        { id: 'each', component: 'foreach', config: { items: [1], loop_stages: ['a'] } },
        stage('a'),
      ],
    });
    expect(status('each')).toBe('skipped');
    expect(world.calls).toEqual([]);
  });

  it('skips both branches when it failed under on_error: continue', async () => {
    const { status, outcome } = await run({
      stages: [{ ...gate('input.missing'), on_error: 'continue' }, stage('yes'), stage('no')],
    });
    expect([status('gate'), status('yes'), status('no')]).toEqual(['failed', 'skipped', 'skipped']);
    expect(outcome.status).toBe('succeeded');
  });
});

describe('router', () => {
  const router = (value: Json, routes: Record<string, Json>, fallback?: Json): StageDefinition => ({
    id: 'route',
    component: 'router',
    config: { value, routes, ...(fallback === undefined ? {} : { default: fallback }) },
  });
  const ids = ['a', 'b', 'c'];
  const stages = ids.map((id) => stage(id));

  const taken = async (
    value: Json,
    routes: Record<string, Json>,
    fallback?: Json,
  ): Promise<[Json | undefined, string[]]> => {
    const named = JSON.stringify([routes, fallback ?? null]);
    const used = stages.filter(({ id }) => named.includes(`"${id}"`));
    const { output, status, outcome } = await run(
      { stages: [router('{{ input.value }}', routes, fallback), ...used] },
      { input: { value } },
    );
    expect(outcome.status).toBe('succeeded');
    return [output('route'), used.map(({ id }) => id).filter((id) => status(id) === 'succeeded')];
  };

  it('runs the route that equals the value and skips the others', async () => {
    expect(await taken('x', { x: 'a', y: 'b' }, 'c')).toEqual([{ route_taken: 'x' }, ['a']]);
    expect(await taken('y', { x: 'a', y: ['b', 'c'] })).toEqual([{ route_taken: 'y' }, ['b', 'c']]);
  });

  it('takes the default when nothing matches', async () => {
    expect(await taken('z', { x: 'a', y: 'b' }, 'c')).toEqual([{ route_taken: 'default' }, ['c']]);
  });

  it('takes null, and skips all, when nothing matches and there is no default', async () => {
    expect(await taken('z', { x: 'a', y: 'b' })).toEqual([{ route_taken: null }, []]);
  });

  it.each([
    [1, '1'],
    [1.5, '1.5'],
    [true, 'true'],
    [false, 'false'],
  ])('compares the scalar %j as text', async (value, text) => {
    expect(await taken(value, { [text]: 'a', other: 'b' })).toEqual([{ route_taken: text }, ['a']]);
  });

  it('sends null to the default, not to a route called null', async () => {
    expect(await taken(null, { null: 'a', x: 'b' }, 'c')).toEqual([{ route_taken: 'default' }, ['c']]);
  });

  it('does not take the value "default" for a route of its own', async () => {
    expect(await taken('default', { x: 'a' }, 'c')).toEqual([{ route_taken: 'default' }, ['c']]);
    expect(await taken('default', { x: 'a' })).toEqual([{ route_taken: null }, []]);
  });

  it.each(['constructor', '__proto__', 'toString'])('knows no route %s that nobody wrote', async (value) => {
    expect(await taken(value, { x: 'a' }, 'c')).toEqual([{ route_taken: 'default' }, ['c']]);
  });

  it.each([[[1]], [{ a: 1 }]])('refuses %j: only scalars can be routed', async (value) => {
    const { outcome } = await run(
      { stages: [router('{{ input.value }}', { x: 'a' }), stage('a')] },
      { input: { value } },
    );
    expect(outcome).toMatchObject({ status: 'failed', error: { stage: 'route' } });
  });

  it('lets several routes share a stage', async () => {
    const routes = { x: ['a', 'b'], y: ['b', 'c'] };
    expect(await taken('x', routes)).toEqual([{ route_taken: 'x' }, ['a', 'b']]);
    expect(await taken('y', routes)).toEqual([{ route_taken: 'y' }, ['b', 'c']]);
    expect(await taken('z', routes, ['b'])).toEqual([{ route_taken: 'default' }, ['b']]);
  });

  it('works inside a body, per iteration', async () => {
    const { outcome } = await run({
      stages: [
        { id: 'each', component: 'foreach', config: { items: ['x', 'y', 'x'], loop_stages: ['route', 'a', 'b'] } },
        router('{{ context.item }}', { x: 'a', y: 'b' }),
        stage('a'),
        stage('b'),
      ],
    });
    expect(outcome.result).toMatchObject({
      results: [
        { a: 'a', b: null },
        { a: null, b: 'b' },
        { a: 'a', b: null },
      ],
    });
  });
});
