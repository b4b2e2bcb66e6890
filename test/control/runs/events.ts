import { expect, it } from 'vitest';
import { type Client, createClient } from '../../../src/client/client.ts';
import { SCOPES } from '../../../src/control/control.ts';
import { createApp } from '../../../src/control/http/app.ts';
import type { RunNotice } from '../../../src/core/api/run.ts';
import { FlowMasonError } from '../../../src/core/errors.ts';
import { code } from '../../store/world.ts';
import type { Open } from '../../worker/open.ts';
import { eventsAsDescribed } from '../answers.ts';
import type { Connect } from '../plane.ts';
import { APPROVE, Bell, collect, DIVIDE, GREET, runsWorld } from './world.ts';

/** A word for each thing that happened. */
function word(notice: RunNotice): string {
  if (notice.type === 'log') return `log ${notice.entry.message}`;
  return notice.type === 'run' ? `run ${notice.status}` : `${notice.path} ${notice.status}`;
}

async function words(client: Client, id: string): Promise<string[]> {
  const events = await collect(client.events('GET /runs/:id/events', { id }));
  eventsAsDescribed('GET /runs/:id/events', events);
  return events.map(word);
}

export function eventsContract(open: Open, way: Connect): void {
  it('tells what happens, to the end', async () => {
    const { client, work } = await runsWorld(open, way, [GREET]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    const events = client.events('GET /runs/:id/events', { id });
    const first = await events.next();
    expect(first.value).toMatchObject({ type: 'run', status: 'queued', run_id: id, resumed: false });
    await work();
    const rest = (await collect(events)).map(word);
    expect(rest).toContain('log greeting Ada');
    expect(rest.filter((each) => !each.startsWith('run '))).toEqual(
      ['note running', 'log greeting Ada', 'note succeeded', 'greeting succeeded'].filter((each) =>
        rest.includes(each),
      ),
    );
    expect(rest.at(-1)).toBe('run succeeded');
  });

  it('tells the whole of a run that has ended', async () => {
    const { client, execute } = await runsWorld(open, way, [DIVIDE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
    await execute(id);
    expect(await words(client, id)).toEqual(['first succeeded', 'second failed', 'run failed']);
  });

  it('tells when a run has ended, whenever somebody asks', async () => {
    const { client, execute, control, world } = await runsWorld(open, way, [GREET]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    await execute(id);
    world.clock.jump(3_600_000);
    const events = await collect(client.events('GET /runs/:id/events', { id }));
    const run = await control.store.runs.get(id);
    expect(events.at(-1)).toMatchObject({ type: 'run', status: 'succeeded', at: run?.finished_at });
  });

  it('tells what a run waits for, and goes on when it does', async () => {
    const { client, work } = await runsWorld(open, way, [APPROVE]);
    await work();
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'approve' });
    const seen: string[] = [];
    for await (const notice of client.events('GET /runs/:id/events', { id })) {
      seen.push(word(notice));
      if (word(notice) === 'run waiting') {
        await client.call('POST /runs/:id/signals/:name', { id, name: 'approval', data: { approved: true } });
      }
    }
    expect(seen).toContain('ask waiting');
    expect(seen.indexOf('ask waiting')).toBeLessThan(seen.indexOf('after succeeded'));
    expect(seen.at(-1)).toBe('run succeeded');
  });

  it('goes on behind what somebody has got, over any server', async () => {
    const { client, another, execute } = await runsWorld(open, way, [DIVIDE]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'divide', input: { by: 'x' } });
    await execute(id);
    const whole = await read(client, id);
    const other = await another();
    for (const [at, event] of whole.entries()) {
      if (event.id === undefined) continue;
      const rest = await read(other, id, event.id);
      expect(rest.map(({ data }) => data)).toEqual(whole.slice(at + 1).map(({ data }) => data));
    }
    for (const odd of ['x', '1.', '-1', '1.2-DROP']) {
      await expect(read(client, id, odd)).rejects.toEqual(code('REQUEST_INVALID', 'Last-Event-ID'));
    }
  });

  it('is woken by what happens in the same process', async () => {
    const bell = new Bell();
    const clock = { now: () => 0, after: () => () => {} };
    const { client, execute } = await runsWorld(open, way, [GREET], { control: { news: bell, clock } });
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    const events = client.events('GET /runs/:id/events', { id });
    expect((await events.next()).value).toMatchObject({ status: 'queued' });
    await execute(id);
    // The clock never calls back.
    const ringing = setInterval(() => bell.ring(), 5);
    try {
      const rest = await collect(events);
      expect(rest.map(word).at(-1)).toBe('run succeeded');
    } finally {
      clearInterval(ringing);
    }
  });

  it('passes nothing over of a run that writes meanwhile', async () => {
    const busy = {
      name: 'busy',
      stages: [
        {
          id: 'all',
          component: 'foreach',
          config: { items: '{{ input.list }}', loop_stages: ['log', 'one'], parallel: true },
        },
        { id: 'log', component: 'logger', config: { message: 'item {{ context.item }}' } },
        { id: 'one', component: 'json-transform', config: { template: '{{ context.item }}' } },
      ],
    };
    const bell = new Bell();
    const { client, work } = await runsWorld(open, way, [busy], { control: { news: bell } });
    const ringing = setInterval(() => bell.ring(), 1);
    try {
      const input = { list: Array.from({ length: 60 }, (_, i) => i) };
      const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'busy', input });
      const following = collect(client.events('GET /runs/:id/events', { id }));
      await work();
      const told = (await following).filter(({ type }) => type !== 'run');
      const recorded = (await read(client, id)).map(({ data }) => data).filter(({ type }) => type !== 'run');
      expect(recorded.length).toBeGreaterThan(180);
      expect(told).toEqual(recorded);
    } finally {
      clearInterval(ringing);
    }
  });

  it('gives signs of life where nothing happens', async () => {
    const beats: (() => void)[] = [];
    const clock = {
      now: () => 0,
      after: (ms: number, callback: () => void) => {
        if (ms === 15_000) beats.push(callback);
        return () => {};
      },
    };
    const { client } = await runsWorld(open, way, [GREET], { control: { clock } });
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    const response = await client.open('GET', `/runs/${id}/events`);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
    const reader = response.body?.getReader();
    const decoder = new TextDecoder();
    let text = '';
    const until = async (part: string): Promise<void> => {
      while (!text.includes(part)) text += decoder.decode((await reader?.read())?.value);
    };
    await until('"queued"');
    beats.at(-1)?.();
    await until(': still here\n\n');
    await reader?.cancel();
  });

  it('is cut off within seconds when its key is revoked, and not when the database is away for a moment', async () => {
    const { control } = await runsWorld(open, way, [GREET]);
    const looks: (() => void)[] = [];
    const clock = {
      now: () => 0,
      after: (ms: number, callback: () => void) => {
        if (ms === 5_000) looks.push(callback);
        return () => {};
      },
    };
    let answer: FlowMasonError | undefined;
    let asked = 0;
    const plane = { ...control, clock };
    const caller = { actor: 'ada', scopes: new Set(SCOPES) };
    const app = createApp({
      async admit() {
        asked++;
        if (answer) throw answer;
        return { control: plane, caller };
      },
      requestId: () => 'req-1',
    });
    const client = createClient({ transport: async (request) => app.fetch(request), url: 'http://local' });
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    const events = client.events('GET /runs/:id/events', { id });
    await events.next();
    const next = events.next();
    const look = async (): Promise<void> => {
      const before = asked;
      looks.pop()?.();
      await expect.poll(() => asked).toBeGreaterThan(before);
    };
    answer = new FlowMasonError('DATABASE_UNREACHABLE', 'away');
    await look();
    await expect.poll(() => looks.length).toBe(1);
    answer = new FlowMasonError('UNAUTHENTICATED', 'revoked');
    await look();
    await expect(next).rejects.toEqual(code('UNAUTHENTICATED', 'revoked'));
  });

  it('ends when nobody listens any more', async () => {
    const { client } = await runsWorld(open, way, [GREET]);
    const { run_id: id } = await client.call('POST /pipelines/:name/runs', { name: 'greet', input: { name: 'Ada' } });
    const stop = new AbortController();
    const events = client.events('GET /runs/:id/events', { id }, { signal: stop.signal });
    await events.next();
    const next = events.next();
    stop.abort(new Error('enough'));
    await expect(next).rejects.toThrow('enough');
  });

  it('is refused for a run that is not there, and without the scope', async () => {
    const { client, connect } = await runsWorld(open, way, [GREET]);
    await expect(words(client, 'nothing')).rejects.toEqual(code('NOT_FOUND', 'nothing'));
    await expect(words(await connect({ scopes: ['runs:write'] }), 'x')).rejects.toEqual(code('FORBIDDEN', 'runs:read'));
  });
}

interface Raw {
  readonly id: string | undefined;
  readonly data: Omit<RunNotice, 'at'>;
}

/** Events as they come over the wire, without times that are those of telling. */
async function read(client: Client, id: string, last?: string): Promise<Raw[]> {
  const headers = last === undefined ? {} : { 'last-event-id': last };
  const text = await (await client.open('GET', `/runs/${id}/events`, { headers })).text();
  const blocks = text.split('\n\n').map((block) => block.split('\n'));
  return blocks.flatMap((lines) => {
    const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
    const data = field('data');
    if (data === undefined || field('event') !== undefined) return [];
    const notice = JSON.parse(data);
    eventsAsDescribed('GET /runs/:id/events', [notice]);
    return [{ id: field('id'), data: notice.type === 'run' ? { ...notice, at: 0 } : notice }];
  });
}
