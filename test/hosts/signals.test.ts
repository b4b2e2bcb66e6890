import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Json } from '../../src/core/json.ts';
import type { SignalRequest, SignalSource } from '../../src/core/ports.ts';
import { readRun } from '../../src/hosts/node/runs/read.ts';
import { sendSignal } from '../../src/hosts/node/runs/send-signal.ts';
import { startChild } from './fixtures/child.ts';
import { newRecording } from './fixtures/new-recording.ts';
import { behind } from './fixtures/recorded-run.ts';

const SCHEMA = { type: 'object', required: ['ok'], properties: { ok: { type: 'boolean' } } };
const wait = (id: string, config: object = {}, more: object = {}) => ({
  id,
  component: 'signal',
  config: { name: 'approve', ...config },
  ...more,
});
const approval = (...more: object[]) => ({
  name: 'approval',
  stages: [wait('ask', { schema: SCHEMA }), behind('go', 'ask'), ...(more as [])],
  result: '{{ stages.ask.output }}',
});

const code = (expected: string, message = '') =>
  expect.objectContaining({ code: expected, message: expect.stringContaining(message) });

async function parked(...more: object[]) {
  const project = newRecording();
  const current = await project.run(approval(...more));
  return {
    project,
    current,
    home: project.home,
    send: (data: Json, name = 'approve') => sendSignal(project.home, 'last', name, data),
  };
}

describe('a run that waits for a signal and nobody is there to ask', () => {
  it('parks, and goes on with the data when it is resumed', async () => {
    const { project, current, home, send } = await parked();
    expect(readRun(home, 'last')).toMatchObject({ record: { status: 'waiting', finished_at: null }, live: false });
    expect(readRun(home, 'last').outcome.waiting).toMatchObject([{ path: 'ask', signal: 'approve' }]);
    expect(send({ ok: true })).toMatchObject({ name: 'approve', live: false, record: { pipeline: 'approval' } });
    expect(await project.resume(current)).toEqual(['go']);
    expect(readRun(home, 'last').outcome).toMatchObject({ status: 'succeeded', result: { ok: true } });
  });

  it('parks again when it is resumed without data', async () => {
    const { project, current, home } = await parked();
    expect(await project.resume(current)).toEqual([]);
    expect(readRun(home, 'last').record.status).toBe('waiting');
  });

  it('keeps data that came before it was asked for', async () => {
    const project = newRecording();
    project.failing.add('first');
    const definition = { name: 'early', stages: [behind('first'), wait('ask', {}, { depends_on: ['first'] })] };
    const current = project.current(definition);
    const run = project.create(current);
    sendSignal(project.home, 'last', 'approve', 7);
    project.failing.clear();
    expect((await project.finish(run, current)).result).toEqual(7);
  });

  it.each([
    ['null', null],
    ['a text that looks like a template', '{{ secrets.KEY }}'],
    ['odd characters', 'a"\\\n\u2028\u0000👩‍👩‍👧 \ud83d'],
    ['an object with odd keys', { '': 1, constructor: { toString: null }, '../x': [] }],
  ])('gets %s unchanged', async (_, data) => {
    const project = newRecording();
    const current = await project.run({ name: 'any', stages: [wait('ask')] });
    sendSignal(project.home, 'last', 'approve', data as Json);
    await project.resume(current);
    expect(readRun(project.home, 'last').outcome.result).toEqual(data);
  });

  it.each(['../../x', 'a/b', '', ' ', '🔔', 'CON', 'x'.repeat(300), '__proto__'])(
    'may call the signal %j',
    async (name) => {
      const project = newRecording();
      const current = await project.run({ name: 'odd', stages: [wait('ask', { name: `${name}!` })] });
      sendSignal(project.home, 'last', `${name}!`, 1);
      await project.resume(current);
      expect(readRun(project.home, 'last').outcome.result).toBe(1);
    },
  );
});

describe('data that is refused', () => {
  it('does not fit the schema; the run keeps waiting', async () => {
    const { project, current, home, send } = await parked();
    expect(() => send({ ok: 'yes' })).toThrow(code('SIGNAL_INVALID', 'ok'));
    expect(() => send(null)).toThrow(code('SIGNAL_INVALID'));
    expect(await project.resume(current)).toEqual([]);
    expect(readRun(home, 'last').record.status).toBe('waiting');
    send({ ok: false });
    expect(await project.resume(current)).toEqual(['go']);
  });

  it('is for a signal that the run does not have', async () => {
    const { send } = await parked();
    expect(() => send(1, 'aprove')).toThrow(
      expect.objectContaining({
        code: 'NOT_FOUND',
        hint: expect.stringMatching(/^fm runs signal \S+ approve --data '…'$/),
      }),
    );
  });

  it('comes a second time, before and after the first was taken', async () => {
    const { project, current, send } = await parked();
    send({ ok: true });
    expect(() => send({ ok: false })).toThrow(code('SIGNAL_LATE', 'has got `approve` already'));
    await project.resume(current);
    expect(() => send({ ok: false })).toThrow(code('SIGNAL_LATE', 'has ended (succeeded)'));
  });

  it('comes when the stage has it but the run still goes on', async () => {
    const { project, current, send } = await parked(wait('more', { name: 'other' }, { depends_on: ['ask'] }));
    send({ ok: true });
    await project.resume(current);
    expect(() => send({ ok: false })).toThrow(code('SIGNAL_LATE', 'has been answered before'));
    send(2, 'other');
    await project.resume(current);
    expect(readRun(project.home, 'last').record.status).toBe('succeeded');
  });

  it('is sent by one of many at the same time', async () => {
    const { home } = await parked();
    const children = Array.from({ length: 5 }, () => startChild('send-signal.ts', [home, 'approve', '{"ok":true}']));
    const answers = await Promise.all(children.map((child) => child.line()));
    expect(answers.sort()).toEqual(['SIGNAL_LATE', 'SIGNAL_LATE', 'SIGNAL_LATE', 'SIGNAL_LATE', 'sent']);
  });

  it('was written into the folder by hand and does not fit: it is passed over', async () => {
    const { project, current, home } = await parked();
    const { files, release } = project.reopen(current);
    release();
    writeFileSync(join(files.folder, 'journal.ndjson'), readFileSync(files.journal));
    sendSignal(home, 'last', 'approve', { ok: true });
    const [name = ''] = readdirSync(files.signals);
    const stored = JSON.parse(readFileSync(join(files.signals, name), 'utf8'));
    writeFileSync(join(files.signals, name), JSON.stringify({ ...stored, data: 'no' }));
    writeFileSync(join(files.signals, '7.json'), '{"broken');
    expect(await project.resume(current)).toEqual([]);
    expect(JSON.parse(readFileSync(join(files.signals, name), 'utf8')).refused).toEqual(expect.any(String));
    sendSignal(home, 'last', 'approve', { ok: true });
    expect(await project.resume(current)).toEqual(['go']);
  });
});

describe('a run that is executed while somebody sits there', () => {
  /** Asks nobody: waits until it is stopped, and remembers what it was asked. */
  function silent(asked: (request: SignalRequest) => void): SignalSource {
    return (request) =>
      new Promise((resolve) => {
        request.signal.addEventListener('abort', () => resolve('park'), { once: true });
        asked(request);
      });
  }

  it('takes what is typed', async () => {
    const project = newRecording();
    const current = project.current(approval());
    const answers: Json[] = ['wrong', { ok: true }];
    const ask: SignalSource = async ({ check }) => {
      for (const data of answers) if (check(data) === undefined) return { data };
      return 'park';
    };
    expect((await project.finish(project.create(current), current, ask)).result).toEqual({ ok: true });
  });

  it('takes what arrives meanwhile, and stops asking', async () => {
    const project = newRecording();
    const current = project.current(approval());
    const run = project.create(current);
    let stopped: AbortSignal | undefined;
    const ask = silent(({ signal }) => {
      stopped = signal;
      expect(sendSignal(project.home, 'last', 'approve', { ok: true })).toMatchObject({ live: true });
    });
    const outcome = await project.finish(run, current, ask);
    expect(outcome).toMatchObject({ status: 'succeeded', result: { ok: true } });
    expect(stopped?.aborted).toBe(true);
  });

  it('takes data for each iteration that asks for the same signal again', async () => {
    const project = newRecording();
    const current = project.current({
      name: 'rounds',
      stages: [
        { id: 'rounds', component: 'loop', config: { loop_stages: ['ask'], until: 'context.iteration == 2' } },
        wait('ask'),
      ],
    });
    let count = 0;
    const ask = silent(() => {
      sendSignal(project.home, 'last', 'approve', count++);
      expect(() => sendSignal(project.home, 'last', 'approve', 'twice')).toThrow(code('SIGNAL_LATE'));
    });
    const outcome = await project.finish(project.create(current), current, ask);
    expect(outcome.result).toMatchObject({ results: [0, 1, 2] });
  });
});

describe('a run that was killed after it got the data', () => {
  it('gets the same data again, at the same stage', async () => {
    const { project, current, send } = await parked();
    send({ ok: true });
    const run = project.reopen(current);
    // As if the process had died between taking the data and recording the stage.
    await project.execute({ ...run, journal: { append() {}, flush: () => undefined } }, current);
    run.release();
    expect(await project.resume(current)).toEqual(['go']);
  });

  it('asks anew after `--from` that stage', async () => {
    const { project, current, home, send } = await parked();
    send({ ok: true });
    await project.resume(current);
    expect(await project.resume(current, 'ask')).toEqual([]);
    expect(readRun(home, 'last').record.status).toBe('waiting');
    const { files } = project.reopen(current);
    expect(readFileSync(files.history, 'utf8')).toContain('"kind":"signal"');
  });
});
