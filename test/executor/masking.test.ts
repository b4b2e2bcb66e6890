import { describe, expect, it } from 'vitest';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import { run } from './harness.ts';

const SECRET = 'sk-live-0123456789';
const secrets = { API_KEY: SECRET };
const leak = (where: string, extra: object = {}): StageDefinition => ({
  id: 'leak',
  component: 'leak',
  config: { token: '{{ secrets.API_KEY }}', where },
  ...extra,
});

describe('a secret', () => {
  it('is revealed to the component whose field may hold it, text around it too', async () => {
    const { world } = await run(
      {
        stages: [
          { id: 'leak', component: 'leak', config: { token: 'Bearer {{ secrets.API_KEY }}', where: 'progress' } },
        ],
      },
      { secrets },
    );
    expect(world.seen('leak', 'token')).toEqual([`Bearer ${SECRET}`]);
  });

  it('is masked in outputs before they are recorded, and dependants read the recorded form', async () => {
    const { world, end, outcome } = await run(
      { stages: [leak('output'), { id: 'after', component: 'echo', config: { value: '{{ stages.leak.output }}' } }] },
      { secrets },
    );
    const masked = { token: '***', text: 'Bearer ***' };
    expect(end('leak')?.output).toEqual(masked);
    expect(world.seen('after')).toEqual([masked]);
    expect(outcome.result).toEqual(masked);
  });

  it('is masked in keys of outputs', async () => {
    const { end } = await run({ stages: [leak('key')] }, { secrets });
    expect(end('leak')?.output).toEqual({ '***': 1 });
  });

  it('is masked in errors, wherever they are shown', async () => {
    const { outcome, end, world } = await run(
      {
        stages: [
          leak('error', { on_error: 'continue' }),
          { id: 'after', component: 'echo', config: { value: '{{ stages.leak.error.message }}' } },
        ],
      },
      { secrets },
    );
    expect(end('leak')?.error).toMatchObject({ message: 'got ***', details: { token: '***' } });
    expect(world.seen('after')).toEqual(['got ***']);
    expect(JSON.stringify(outcome)).not.toContain(SECRET);
  });

  it.each(['output', 'error', 'log', 'progress', 'key'])('is in no event, entry and outcome: %s', async (where) => {
    const { events, entries, outcome } = await run({ stages: [leak(where)] }, { secrets });
    for (const shown of [events, entries, outcome]) expect(JSON.stringify(shown)).not.toContain(SECRET);
    expect(JSON.stringify([events, entries])).toContain('***');
  });

  it('is masked in its encoded forms', async () => {
    const { outcome } = await run(
      { stages: [{ id: 'a', component: 'echo', config: { value: '{{ input.hidden }}' } }] },
      { secrets, input: { hidden: `x ${btoa(SECRET)} y` } },
    );
    expect(outcome.result).toBe('x *** y');
  });

  it('is masked in what a control stage resolves and gives', async () => {
    const { entries, outcome } = await run(
      {
        stages: [
          { id: 'each', component: 'foreach', config: { items: '{{ input.items }}', loop_stages: ['a'] } },
          { id: 'a', component: 'echo', config: { value: '{{ context.item }}' } },
        ],
      },
      { secrets, input: { items: ['plain', SECRET] } },
    );
    expect(outcome.result).toMatchObject({ results: ['plain', '***'] });
    expect(JSON.stringify(entries)).not.toContain(SECRET);
  });

  it('is masked in a result that takes it from the input', async () => {
    const { outcome } = await run(
      { result: '{{ input.text }}', stages: [{ id: 'a', component: 'echo' }] },
      { secrets, input: { text: SECRET } },
    );
    expect(outcome.result).toBe('***');
  });

  it('reads the same after a crash: what is recorded is what was read', async () => {
    const stages: StageDefinition[] = [
      leak('output'),
      { id: 'after', component: 'echo', config: { value: '{{ stages.leak.output.text }}' } },
    ];
    const { recorded } = await run({ stages: stages.slice(0, 1) }, { secrets });
    const again = await run({ stages }, { secrets, recorded });
    expect(again.world.seen('after')).toEqual(['Bearer ***']);
  });
});

describe('the recorded form of an output', () => {
  it('does not change when a dependant changes what it was given', async () => {
    const { world, end, outcome } = await run({
      result: '{{ stages.a.output }}',
      stages: [
        { id: 'a', component: 'slow', config: { ms: 1, value: ['original'] } },
        { id: 'meddle', component: 'meddler', config: { value: '{{ stages.a.output }}' } },
        { id: 'after', component: 'echo', depends_on: ['meddle'], config: { value: '{{ stages.a.output }}' } },
      ],
    });
    expect(world.seen('after')).toEqual([['original']]);
    expect(end('a')?.output).toEqual(['original']);
    expect(outcome.result).toEqual(['original']);
  });

  it('does not let a component change the input of the run', async () => {
    const { world } = await run(
      {
        stages: [
          { id: 'meddle', component: 'meddler', config: { value: '{{ input.list }}' } },
          { id: 'after', component: 'echo', depends_on: ['meddle'], config: { value: '{{ input.list }}' } },
        ],
      },
      { input: { list: [] } },
    );
    expect(world.seen('after')).toEqual([[]]);
  });

  it('does not let one attempt change the config of the next', async () => {
    const stages: StageDefinition[] = [
      { id: 'each', component: 'loop', config: { loop_stages: ['meddle'], until: false, max_iterations: 2 } },
      { id: 'meddle', component: 'meddler', config: { value: ['constant'] } },
    ];
    const { world } = await run({ stages });
    expect(world.seen('meddle')).toEqual([['constant'], ['constant']]);
  });
});
