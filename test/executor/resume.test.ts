import { describe, expect, it } from 'vitest';
import { foldJournal, type Recorded } from '../../src/core/journal.ts';
import { type Pipeline, type Ran, run, type Setup } from './harness.ts';
import { VirtualClock } from './virtual-clock.ts';

/** What is left when everything that was recorded after an entry of this path and status got lost. */
function upTo(ran: Ran, path: string): Recorded {
  const last = ran.entries.findIndex((entry) => entry.kind === 'end' && entry.path === path);
  return foldJournal(ran.entries.slice(0, last + 1));
}

async function twice(pipeline: Pipeline, lastKept: string, setup: Setup = {}): Promise<[Ran, Ran]> {
  const first = await run(pipeline, setup);
  const second = await run(pipeline, { ...setup, recorded: upTo(first, lastKept) });
  return [first, second];
}

const chain: Pipeline = {
  stages: [
    { id: 'a', component: 'send', config: { value: 1 } },
    { id: 'b', component: 'send', config: { value: '{{ stages.a.output + 1 }}' } },
    { id: 'c', component: 'send', config: { value: '{{ stages.b.output + 1 }}' } },
  ],
};

describe('a resumed run', () => {
  it('never runs a stage again that is recorded as succeeded', async () => {
    const [first, second] = await twice(chain, 'b');
    expect(second.world.calls.map((call) => call.path)).toEqual(['c']);
    expect(second.outcome).toMatchObject({ status: 'succeeded', result: first.outcome.result });
  });

  it('runs nothing when everything is recorded', async () => {
    const [first, second] = await twice(chain, 'c');
    expect(second.world.calls).toEqual([]);
    expect(second.outcome.result).toBe(first.outcome.result);
  });

  it('lists recorded stages as what they came to', async () => {
    const [first, second] = await twice(chain, 'b');
    const of = (ran: Ran): unknown =>
      ran.outcome.stages.map(({ path, status, attempts }) => ({ path, status, attempts }));
    expect(of(second)).toEqual(of(first));
  });

  it('says which stages were taken from the journal, and that it is resumed', async () => {
    const [first, second] = await twice(chain, 'b');
    const recorded = (ran: Ran): string[] =>
      ran.events.flatMap((event) => (event.type === 'stage' && event.recorded ? [event.path] : []));
    expect(recorded(first)).toEqual([]);
    expect(recorded(second)).toEqual(['a', 'b']);
    const resumed = (ran: Ran): unknown => ran.events.find((event) => event.type === 'run');
    expect(resumed(first)).toMatchObject({ resumed: false });
    expect(resumed(second)).toMatchObject({ resumed: true });
  });

  it('keeps a recorded skip, whatever its when would say now', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'a', component: 'echo', when: 'vars.on' },
        { id: 'b', component: 'echo', depends_on: ['a'] },
      ],
    };
    const first = await run(pipeline, { vars: { on: false } });
    const again = await run(pipeline, { vars: { on: true }, recorded: upTo(first, 'a') });
    expect([again.status('a'), again.status('b')]).toEqual(['skipped', 'skipped']);
    expect(again.world.calls).toEqual([]);
  });

  it('runs a failed stage again', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'a', component: 'send', config: { value: 1 } },
        { id: 'b', component: 'strict', config: { size: '{{ vars.size }}' }, depends_on: ['a'] },
      ],
    };
    const first = await run(pipeline, { vars: { size: 99 } });
    expect(first.outcome.status).toBe('failed');
    const again = await run(pipeline, { vars: { size: 5 }, recorded: first.recorded });
    expect(again.outcome).toMatchObject({ status: 'succeeded', result: 5 });
    expect(again.world.of('a')).toEqual([]);
  });

  it('repeats a stage that started and was not recorded, with the same key', async () => {
    const [first, second] = await twice(chain, 'a');
    expect(second.world.calls.map((call) => call.key)).toEqual(first.world.calls.slice(1).map((call) => call.key));
    expect(second.world.calls.map((call) => call.config)).toEqual(
      first.world.calls.slice(1).map((call) => call.config),
    );
  });

  it('goes on inside a foreach: iterations that are recorded stay as they are', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: ['x', 'y', 'z'], loop_stages: ['one', 'two'] } },
        { id: 'one', component: 'send', config: { value: '{{ context.item }}' } },
        { id: 'two', component: 'send', config: { value: '{{ stages.one.output + "!" }}' } },
      ],
    };
    const [first, second] = await twice(pipeline, 'each[1]/one');
    expect(second.world.calls.map((call) => call.path)).toEqual(['each[1]/two', 'each[2]/one', 'each[2]/two']);
    expect(second.outcome.result).toEqual(first.outcome.result);
  });

  it('takes the items of a foreach that started from its start', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: '{{ vars.items }}', loop_stages: ['one'] } },
        { id: 'one', component: 'send', config: { value: '{{ context.item }}' } },
      ],
    };
    const first = await run(pipeline, { vars: { items: [1, 2, 3] } });
    const again = await run(pipeline, { vars: { items: [7, 8] }, recorded: upTo(first, 'each[0]/one') });
    expect(again.outcome.result).toMatchObject({ results: [1, 2, 3], count: 3 });
  });

  it('goes on inside a loop with what came before', async () => {
    const pipeline: Pipeline = {
      stages: [
        {
          id: 'poll',
          component: 'loop',
          config: { loop_stages: ['step'], until: 'stages.step.output >= 4', initial: 0, max_iterations: 9 },
        },
        { id: 'step', component: 'send', config: { value: '{{ context.previous + 1 }}' } },
      ],
    };
    const first = await run(pipeline);
    const second = first.world.calls[1]?.path ?? '';
    const again = await run(pipeline, { recorded: upTo(first, second) });
    expect(again.world.calls.map((call) => call.path)).toEqual(first.world.calls.slice(2).map((call) => call.path));
    expect(again.outcome.result).toEqual(first.outcome.result);
  });

  it('goes on inside a child pipeline', async () => {
    const child: Pipeline = { name: 'child', ...chain };
    const pipeline: Pipeline = { stages: [{ id: 'call', component: 'subpipeline', config: { pipeline: 'child' } }] };
    const [first, second] = await twice(pipeline, 'call/b', { pipelines: [child] });
    expect(second.world.calls.map((call) => call.path)).toEqual(['call/c']);
    expect(second.outcome.result).toEqual(first.outcome.result);
  });

  it('goes on in the catch of a try that had failed', async () => {
    const pipeline: Pipeline = {
      stages: [
        {
          id: 'guard',
          component: 'trycatch',
          config: { try_stages: ['bad'], catch_stages: ['one', 'two'], finally_stages: ['tidy'] },
        },
        { id: 'bad', component: 'boom' },
        { id: 'one', component: 'send', config: { value: '{{ context.error.type }}' } },
        { id: 'two', component: 'send', config: { value: '{{ stages.one.output }}' } },
        { id: 'tidy', component: 'send' },
      ],
    };
    const [first, second] = await twice(pipeline, 'guard/one');
    expect(second.world.of('one')).toEqual([]);
    expect(second.world.of('two')).toHaveLength(1);
    expect(second.outcome.result).toMatchObject({ status: 'recovered', result: 'COMPONENT' });
    expect(second.outcome.status).toBe(first.outcome.status);
  });

  it('goes on in the catch in which it was cancelled', async () => {
    const controller = new AbortController();
    const pipeline: Pipeline = {
      stages: [
        { id: 'guard', component: 'trycatch', config: { try_stages: ['bad'], catch_stages: ['one', 'two'] } },
        { id: 'bad', component: 'boom' },
        { id: 'one', component: 'send', config: { value: '{{ context.error.type }}' } },
        { id: 'two', component: 'send', config: { ms: 1_000, value: '{{ stages.one.output }}' } },
      ],
    };
    const stop = ({ path }: { path: string }): void => {
      if (path === 'guard/two') controller.abort();
    };
    const first = await run(pipeline, { signal: controller.signal, onCall: stop });
    expect([first.outcome.status, first.status('guard/one')]).toEqual(['cancelled', 'succeeded']);
    const again = await run(pipeline, { recorded: first.recorded });
    expect(again.world.of('one')).toEqual([]);
    expect(again.outcome.result).toMatchObject({ status: 'recovered', result: 'COMPONENT' });
  });

  it('repeats now() and uuid() of a catch or finally stage that had failed when the process died', async () => {
    const stamp = ['{{ now() }}', '{{ uuid() }}'];
    for (const list of ['catch_stages', 'finally_stages']) {
      const pipeline: Pipeline = {
        stages: [
          { id: 'guard', component: 'trycatch', config: { try_stages: ['bad'], [list]: ['one', 'two'] } },
          { id: 'bad', component: 'boom' },
          { id: 'one', component: 'send', config: { value: stamp } },
          { id: 'two', component: 'strict', config: { size: '{{ input.n }}' }, depends_on: ['one'] },
        ],
      };
      const first = await run(pipeline, { input: { n: 99 } });
      const died = first.entries.findIndex((entry) => entry.kind === 'end' && entry.path === 'guard');
      const clock = new VirtualClock(first.clock.start + 60_000);
      const recorded = foldJournal(first.entries.slice(0, died));
      const again = await run(pipeline, { input: { n: 5 }, clock, recorded });
      const seen = [...first.world.seen('one'), ...again.world.seen('one')];
      expect(new Set(seen.map((value) => JSON.stringify(value))).size).toBe(1);
    }
  });

  it('keeps the branch that was taken', async () => {
    const pipeline: Pipeline = {
      stages: [
        {
          id: 'gate',
          component: 'conditional',
          config: { condition: 'vars.on', true_branch: 'yes', false_branch: 'no' },
        },
        { id: 'yes', component: 'send' },
        { id: 'no', component: 'send' },
      ],
    };
    const first = await run(pipeline, { vars: { on: true } });
    const again = await run(pipeline, { vars: { on: false }, recorded: upTo(first, 'gate') });
    expect([again.status('yes'), again.status('no')]).toEqual(['succeeded', 'skipped']);
  });

  it('waits only for what is left of a delay', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'a', component: 'echo' },
        { id: 'wait', component: 'delay', config: { duration: '1h' }, depends_on: ['a'] },
      ],
    };
    const first = await run(pipeline, { options: { parkAfter: 1_000 } });
    expect(first.outcome.status).toBe('waiting');
    const clock = new VirtualClock(first.clock.start + 40 * 60_000);
    const again = await run(pipeline, { clock, recorded: first.recorded });
    expect(again.outcome.status).toBe('succeeded');
    expect(clock.elapsed).toBe(20 * 60_000);
  });

  it('started when the first execution did', async () => {
    const startedAt = Date.UTC(2026, 0, 5, 11);
    const { outcome } = await run(chain, { options: { startedAt } });
    expect(outcome.started_at).toBe(startedAt);
  });

  it('sees the usage of recorded stages, inside of recorded owners too', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: [1, 2], loop_stages: ['m'] } },
        { id: 'm', component: 'meter', config: { tokens: 4 } },
        { id: 'm2', component: 'meter', config: { tokens: 7 }, depends_on: ['each'] },
        { id: 'b', component: 'echo', depends_on: ['m2'] },
      ],
    };
    const [first, second] = await twice(pipeline, 'm2');
    expect(second.outcome.usage).toEqual(first.outcome.usage);
  });

  it('lists the stages inside of recorded owners too', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'each', component: 'foreach', config: { items: [1, 2], loop_stages: ['call'] } },
        { id: 'call', component: 'subpipeline', config: { pipeline: 'child' } },
      ],
    };
    const [first, second] = await twice(pipeline, 'each', { pipelines: [{ name: 'child', ...chain }] });
    const paths = (ran: Ran): string[] => ran.outcome.stages.map(({ path }) => path).sort();
    expect(paths(second)).toEqual(paths(first));
  });

  it('returns again when its return is recorded', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'leave', component: 'return', config: { value: 'early' } },
        { id: 'other', component: 'slow', config: { ms: 100 } },
      ],
    };
    const [first, second] = await twice(pipeline, 'leave');
    expect(first.outcome.result).toBe('early');
    expect(second.outcome).toMatchObject({ status: 'succeeded', result: 'early' });
  });

  it('returns again when everything up to its end is recorded, from inside of owners too', async () => {
    const pipeline: Pipeline = {
      stages: [
        { id: 'poll', component: 'loop', config: { loop_stages: ['guard'], until: true } },
        { id: 'guard', component: 'trycatch', config: { try_stages: ['leave'] } },
        { id: 'leave', component: 'return', config: { value: 'early' } },
        { id: 'after', component: 'send', depends_on: ['poll'] },
      ],
    };
    const first = await run(pipeline);
    for (let kept = 1; kept <= first.entries.length; kept++) {
      const again = await run(pipeline, { recorded: foldJournal(first.entries.slice(0, kept)) });
      expect(again.outcome).toMatchObject({ status: 'succeeded', result: 'early' });
      expect(again.world.calls).toEqual([]);
    }
  });
});
