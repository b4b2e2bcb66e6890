import { describe, expect, test } from 'vitest';
import type { PipelineLookup } from '../../../src/core/compile/calls.ts';
import {
  expectClean,
  expectProblems,
  expectProblemsWithRules,
  pipeline,
  planOf,
  problemsOf,
  problemsWithRules,
} from './checked.ts';

const STAGE = '{ "id": "a", "component": "delay", "config": { "duration": 1 } }';
const trigger = (...triggers: string[]) => pipeline([STAGE], `"triggers": [${triggers.join(', ')}]`);

const pipelines: PipelineLookup = {
  names: ['order-sync', 'mail'],
  find: (name) =>
    ({
      'order-sync': {
        version: '1.4.0',
        input: {
          type: 'object',
          additionalProperties: false,
          required: ['url', 'limit'],
          properties: { url: { type: 'string' }, limit: { type: 'integer', default: 10 } },
        },
      },
      mail: { version: '0.1.0', input: undefined },
    })[name],
};

describe('calls of other pipelines', () => {
  const call = (config: string) => pipeline([`{ "id": "a", "component": "subpipeline", "config": ${config} }`]);

  test('are noted', () => {
    const { requires } = planOf(
      pipeline(
        [
          '{ "id": "a", "component": "subpipeline", "config": { "pipeline": "order-sync", "version": "^1.2" } }',
          '{ "id": "b", "component": "subpipeline", "config": { "pipeline": "order-sync", "version": "^1.2" } }',
        ],
        '"on_failure": { "pipeline": "mail" }',
      ),
    );
    expect(requires.pipelines).toEqual([
      { name: 'order-sync', range: '^1.2' },
      { name: 'mail', range: undefined },
    ]);
    expect(requires.components).toEqual({ subpipeline: '1.0.0' });
  });

  test('of pipelines that do not exist name the nearest', () => {
    expectProblems(
      call('{ "pipeline": «"ordersync"» }'),
      [['UNKNOWN_PIPELINE', 'There is no pipeline `ordersync`', 'Did you mean `order-sync`?']],
      { pipelines },
    );
    expectProblems(
      pipeline([STAGE], '"on_failure": { "pipeline": «"pager"» }'),
      [['UNKNOWN_PIPELINE', 'There is no pipeline `pager`', 'Known pipelines: `order-sync`, `mail`']],
      { pipelines },
    );
    expectClean(call('{ "pipeline": "anything" }'));
  });

  test('with an input that can never fit', () => {
    expectProblems(
      call('{ "pipeline": "order-sync", "input": { "url": «3», «"lmit"»: 4 } }'),
      [
        ['CALL_INPUT', '`url` must be a string, found 3', 'Write `"3"`'],
        ['CALL_INPUT', '`lmit` is not a field of the input of `order-sync`', 'Did you mean `limit`?'],
      ],
      { pipelines },
    );
    expectProblems(
      call('«{ "pipeline": "order-sync" }»'),
      [['CALL_INPUT', '`url` is missing in the input of `order-sync`', 'Add `"url": "…"`']],
      { pipelines },
    );
    expectClean(call('{ "pipeline": "order-sync", "input": "{{ input }}" }'), { pipelines });
    expectClean(call('{ "pipeline": "order-sync", "input": { "url": "{{ input.url }}" } }'), { pipelines });
  });

  test('in a version that is not there, or no version at all', async () => {
    await expectProblemsWithRules(
      call('{ "pipeline": "mail", "version": «"^1"» }'),
      [
        [
          'UNKNOWN_PIPELINE',
          '`mail` has version 0.1.0, which is not in the range "^1"',
          'Write `"^0.1.0"`, or leave it out',
        ],
      ],
      { pipelines },
    );
    await expectProblemsWithRules(call('{ "pipeline": "mail", "version": «"newest"» }'), [
      [
        'INVALID_VERSION',
        'Expected a semver range, found "newest"',
        'Write `"1.2.3"`, `"^1.2"`, `">=1 <3"` or leave it out',
      ],
    ]);
    await expectProblemsWithRules(call('{ "pipeline": "mail", "version": "^0.1" }'), [], { pipelines });
  });

  test('on_failure sees error, context and input', () => {
    expectClean(
      pipeline(
        [STAGE],
        '"on_failure": { "pipeline": "p", "input": "{{ error.message }} {{ context.run_id }} {{ input.x }}" }',
      ),
    );
    const codes = problemsOf(
      pipeline([STAGE], '"on_failure": { "pipeline": "p", "input": "{{ stages.a.output }}" }'),
    ).map(({ code }) => code);
    expect(codes).toEqual(['UNKNOWN_ROOT']);
  });
});

describe('concurrency', () => {
  test('has a key over input and context', () => {
    const { concurrency } = planOf(pipeline([STAGE], '"concurrency": { "limit": 3, "key": "input.user" }'));
    expect(concurrency).toMatchObject({ limit: 3, key: { source: 'input.user' }, on_limit: 'queue' });
    for (const key of ['stages.a.output', 'vars.x', 'secrets.x']) {
      const [problem] = problemsOf(pipeline([STAGE], `"concurrency": { "limit": 3, "key": "${key}" }`));
      expect(problem?.code).toMatch(/UNKNOWN_ROOT|SECRET_NOT_ALLOWED/);
    }
  });
});

describe('schedules', () => {
  const schedule = (fields: string) => trigger(`{ "type": "schedule", "id": "s", ${fields} }`);

  test('are five fields of cron', async () => {
    for (const cron of ['0 6 * * 1-5', '*/5 * * * *', '0 0 1,15 * *', '0 9 * JAN MON']) {
      await expectProblemsWithRules(schedule(`"cron": "${cron}", "timezone": "Europe/Berlin", "missed": "once"`), []);
    }
    const hint = 'Write minute, hour, day of month, month, day of week, e.g. `0 6 * * 1-5` for 06:00 on workdays';
    await expectProblemsWithRules(schedule('"cron": «"61 * * * *"»'), [
      ['INVALID_CRON', 'This is not a cron pattern: Invalid value for minute: 61', hint],
    ]);
    const { text } = { text: schedule('"cron": "every day"') };
    expect(problemsOf(text)).toEqual([]);
  });

  test('in a time zone that exists', () => {
    expectProblems(schedule('"cron": "0 6 * * *", "timezone": «"Europe/Berlni"»'), [
      ['INVALID_TIMEZONE', 'There is no time zone `Europe/Berlni`', 'Did you mean `Europe/Berlin`?'],
    ]);
  });

  test('give an input that sees trigger and vars', () => {
    const { requires } = planOf(
      schedule('"cron": "0 6 * * *", "input": { "at": "{{ trigger.scheduled_at }}", "x": "{{ vars.X }}" }'),
    );
    expect(requires.triggers).toEqual({ vars: ['X'], secrets: [] });
    expect(requires.vars).toEqual([]);
    const [problem] = problemsOf(schedule('"cron": "0 6 * * *", "input": "{{ input.x }}"'));
    expect(problem?.code).toBe('UNKNOWN_ROOT');
  });

  test('have known fields', () => {
    expectProblems(schedule('"cron": "0 6 * * *", «"time_zone"»: "UTC", "missed": «"never"»'), [
      ['UNKNOWN_FIELD', '`time_zone` is not a field of a trigger', 'Did you mean `timezone`?'],
      ['INVALID_VALUE', '`missed` must be one of `skip`, `once`, `all`, found "never"'],
    ]);
    expectProblems(trigger('{ "type": «"cron"», "id": "s" }'), [
      ['INVALID_VALUE', '`type` must be one of `schedule`, `webhook`, found "cron"'],
    ]);
  });

  test('have ids of their own', () => {
    const one = '{ "type": "schedule", "id": "s", "cron": "0 6 * * *" }';
    expectProblems(trigger(one, one.replace('"s"', '«"s"»')), [
      ['DUPLICATE_ID', '`s` is already the id of another trigger', 'Rename one of the two'],
    ]);
  });
});

describe('webhooks', () => {
  const hook = (fields: string) => trigger(`{ "type": "webhook", "id": "h", ${fields} }`);

  test('may have every field', () => {
    const { requires } = planOf(
      hook(
        `"path": "orders", "method": "POST", "dedupe": { "key": "{{ trigger.body.id }}", "ttl": "1d" },
         "signature": { "scheme": "hmac", "header": "X-Sig", "algorithm": "sha256", "secret": "{{ secrets.HOOK }}", "encoding": "hex", "prefix": "sha256=", "tolerance": "5m" },
         "input": { "order": "{{ trigger.body }}", "ip": "{{ trigger.headers['x-ip'] }}" }`,
      ),
    );
    // Needed where the trigger is active, not for a run on the laptop.
    expect(requires).toMatchObject({ secrets: [], triggers: { secrets: ['HOOK'] } });
  });

  test('say how they are signed', () => {
    expectProblems(hook('"path": "orders", "signature": «{ "scheme": "hmac" }»'), [
      [
        'REQUIRED_FIELD',
        '`header` is missing: the scheme `hmac` cannot check a signature without it',
        'Add `"header": "X-Signature"`',
      ],
      [
        'REQUIRED_FIELD',
        '`secret` is missing: the scheme `hmac` cannot check a signature without it',
        'Add `"secret": "{{ secrets.WEBHOOK_SECRET }}"`',
      ],
    ]);
    expectClean(hook('"path": "orders", "signature": { "scheme": "none" }'));
    const [problem] = problemsOf(hook('"path": "orders"'));
    expect(problem).toMatchObject({ code: 'REQUIRED_FIELD', message: '`signature` is missing in a trigger' });
  });

  test('do not carry their secret in the file', () => {
    expectProblems(hook('"path": "orders", "signature": { "scheme": "github", "secret": «"hunter2"» }'), [
      [
        'WRITTEN_SECRET',
        'The shared secret stands in the file, where everybody can read it',
        'Write `"{{ secrets.NAME }}"`',
      ],
    ]);
  });

  test('have one part of a URL as path', () => {
    expectProblems(hook('"path": «"/orders"», "signature": { "scheme": "none" }'), [
      [
        'INVALID_VALUE',
        '`path` must be one part of a URL: letters, digits, `-` and `_`; found "/orders"',
        'Write `"orders"`',
      ],
    ]);
  });
});

describe('schemas', () => {
  test('of input and output are checked', async () => {
    const found = await problemsWithRules(
      pipeline([STAGE], '"input": { "type": "objekt" }, "output": { "properties": 3 }'),
    );
    expect(found.map(({ code, path }) => [code, path?.join('.')])).toEqual([
      ['INVALID_SCHEMA', 'input.type'],
      ['INVALID_SCHEMA', 'output.properties'],
    ]);
  });
});
