import { describe, expect, it } from 'vitest';
import { run } from './harness.ts';

const hello = { id: 'hello', component: 'echo', config: { value: 'hello' } };
const world = { id: 'world', component: 'echo', config: { value: 'world' } };

describe('the result of a run', () => {
  it('is the output of the only final stage', async () => {
    const { outcome } = await run({
      stages: [hello, { id: 'twice', component: 'echo', config: { value: '{{ stages.hello.output + "!" }}' } }],
    });
    expect(outcome).toMatchObject({ status: 'succeeded', result: 'hello!', error: null });
  });

  it('is an object by stage id when several stages are final', async () => {
    const { outcome } = await run({ stages: [hello, world] });
    expect(outcome.result).toEqual({ hello: 'hello', world: 'world' });
  });

  it('does not look at logger, delay and return, directly or through others', async () => {
    const { outcome } = await run({
      stages: [
        hello,
        { id: 'wait', component: 'delay', config: { duration: '5s' }, depends_on: ['hello'] },
        { id: 'say', component: 'logger', config: { message: 'waited' }, depends_on: ['wait'] },
        { id: 'leave', component: 'return', config: { condition: false }, depends_on: ['say'] },
      ],
    });
    expect(outcome.result).toBe('hello');
  });

  it('does not count a stage on which another one depends through a logger', async () => {
    const { outcome } = await run({
      stages: [
        hello,
        { id: 'say', component: 'logger', config: { message: 'x' }, depends_on: ['hello'] },
        { ...world, depends_on: ['say'] },
      ],
    });
    expect(outcome.result).toBe('world');
  });

  it('is made of loggers, delays and returns when there is nothing else', async () => {
    const { outcome } = await run({ stages: [{ id: 'say', component: 'logger', config: { message: 'hi' } }] });
    expect(outcome.result).toEqual({ message: 'hi' });
  });

  it('holds null for a branch that was not taken', async () => {
    const greeted = await run(
      {
        stages: [
          {
            id: 'pick',
            component: 'conditional',
            config: { condition: 'input.greet', true_branch: 'hello', false_branch: 'world' },
          },
          hello,
          world,
        ],
      },
      { input: { greet: true } },
    );
    expect(greeted.outcome.result).toEqual({ hello: 'hello', world: null });
  });

  it('is null when the only final stage was skipped', async () => {
    const { outcome } = await run({ stages: [{ ...hello, when: false }] });
    expect(outcome).toMatchObject({ status: 'succeeded', result: null });
  });

  it('is what `result` says, whole JSON with templates of any type', async () => {
    const { outcome } = await run(
      {
        result: {
          text: 'say {{ stages.hello.output }}',
          list: ['{{ input.n }}', 2, null],
          both: '{{ stages.world.output }}',
        },
        stages: [hello, world],
      },
      { input: { n: 1 } },
    );
    expect(outcome.result).toEqual({ text: 'say hello', list: [1, 2, null], both: 'world' });
  });

  it('may be a constant, null too', async () => {
    expect((await run({ result: null, stages: [hello] })).outcome.result).toBeNull();
    expect((await run({ result: 7, stages: [hello] })).outcome.result).toBe(7);
  });

  it('may read status and error of stages', async () => {
    const { outcome } = await run({
      result: {
        status: '{{ stages.bad.status }}',
        type: '{{ stages.bad.error.type }}',
        output: '{{ stages.bad.output }}',
      },
      stages: [{ id: 'bad', component: 'boom', on_error: 'continue' }],
    });
    expect(outcome.result).toEqual({ status: 'failed', type: 'COMPONENT', output: null });
  });

  it('fails the run with EXPRESSION when its template does', async () => {
    const { outcome, status } = await run({ result: '{{ stages.hello.output.nope }}', stages: [hello] });
    expect(outcome).toMatchObject({ status: 'failed', result: null, error: { type: 'EXPRESSION' } });
    expect(status('hello')).toBe('succeeded');
  });

  it('is data: a template inside it is not scanned again', async () => {
    const { outcome } = await run(
      { stages: [{ id: 'a', component: 'echo', config: { value: '{{ input.text }}' } }] },
      { input: { text: '{{ 1 + 1 }} \\{{ x }}' } },
    );
    expect(outcome.result).toBe('{{ 1 + 1 }} \\{{ x }}');
  });
});

describe('`output`', () => {
  const output = { type: 'object', required: ['n'], properties: { n: { type: 'number' } } };

  it('lets a result pass that fits', async () => {
    const { outcome } = await run({ output, result: { n: 1 }, stages: [hello] });
    expect(outcome).toMatchObject({ status: 'succeeded', result: { n: 1 } });
  });

  it('fails the run with VALIDATION when the result does not fit', async () => {
    const { outcome, status } = await run({ output, result: { n: 'one' }, stages: [hello] });
    expect(outcome).toMatchObject({ status: 'failed', error: { type: 'VALIDATION' } });
    expect(outcome.error?.message).toContain('n');
    expect(status('hello')).toBe('succeeded');
  });
});
