import { describe, expect, it } from 'vitest';
import { compileExpression } from '../../src/core/expression/compile.ts';
import { evaluate, failure, NOW, world } from './expression-world.ts';

/** Timestamps, durations, date(), now() and uuid(). */

describe('timestamps and durations', () => {
  it.each([
    ['timestamp("2026-01-31T12:00:00Z") + duration("1d")', '2026-02-01T12:00:00Z'],
    ['duration("1h") + timestamp("2026-01-31T23:30:00Z")', '2026-02-01T00:30:00Z'],
    ['timestamp("2026-03-01T00:00:00Z") - duration("1s")', '2026-02-28T23:59:59Z'],
    ['timestamp("2026-01-02T00:00:00Z") - timestamp("2026-01-01T12:00:00Z")', '43200s'],
    ['duration("1m") - duration("90s")', '-30s'],
    ['duration(1.5) + duration("500ms")', '2s'],
    ['duration("1d") > duration("23h")', true],
    ['timestamp("2026-01-31")', '2026-01-31T00:00:00Z'],
    ['timestamp("2026-01-31t12:00:00.1234567-05:30")', '2026-01-31T17:30:00.123Z'],
    ['timestamp("2016-12-31T23:59:60Z")', '2017-01-01T00:00:00Z'],
    ['timestamp("2024-02-29T00:00:00Z")', '2024-02-29T00:00:00Z'],
    ['timestamp(now())', '2026-01-31T12:34:56.789Z'],
    ['duration("2h45m30.5s")', '9930.5s'],
    ['duration(duration(3))', '3s'],
    ['duration("-1h")', '-3600s'],
  ])('%s', (source, value) => {
    expect(evaluate(source)).toEqual(value);
  });

  it.each([
    ['timestamp("31.1.2026")', 'invalid_argument', '"31.1.2026" is text that is not a timestamp (RFC 3339)'],
    [
      'timestamp("2026-02-30T00:00:00Z")',
      'invalid_argument',
      '"2026-02-30T00:00:00Z" is text that is not a timestamp (RFC 3339)',
    ],
    [
      'timestamp("2026-01-31T24:00:00Z")',
      'invalid_argument',
      '"2026-01-31T24:00:00Z" is text that is not a timestamp (RFC 3339)',
    ],
    [
      'timestamp("2026-01-31T12:00:00")',
      'invalid_argument',
      '"2026-01-31T12:00:00" is text that is not a timestamp (RFC 3339)',
    ],
    ['timestamp(0)', 'type_mismatch', 'timestamp(s) takes text, but 0 is a number'],
    [
      'timestamp("9999-12-31T23:59:59Z") + duration("1s")',
      'invalid_argument',
      'The timestamp is outside of the years 1 to 9999',
    ],
    ['duration("1 hour")', 'invalid_argument', '"1 hour" is text that is not a duration'],
    ['duration("5")', 'invalid_argument', '"5" is text that is not a duration'],
    ['duration(1e308)', 'not_finite', 'The duration is too long'],
    [
      'now() + now()',
      'type_mismatch',
      '+ adds two numbers, or joins two texts or two lists; now() is a timestamp and now() is a timestamp',
    ],
    [
      'now() < duration(1)',
      'type_mismatch',
      '< compares two numbers, two texts or two of another kind that has an order, not a timestamp and a duration',
    ],
    ['duration(1) * 2', 'type_mismatch', '* takes numbers, but duration(1) is a duration'],
  ])('%s: %s', (source, code, message) => {
    expect(failure(source)).toMatchObject({ code, message });
  });
});

describe('date(t, format, zone)', () => {
  it.each([
    ['date(now())', '2026-01-31'],
    ['now().date()', '2026-01-31'],
    ['date("2026-01-31T12:00:00Z", "dd.MM.yyyy")', '31.01.2026'],
    ['date(now(), "HH:mm:ss.SSS")', '12:34:56.789'],
    ['date(now(), "d/M/yy h:mm a")', '31/1/26 12:34 PM'],
    ['date(now(), "EEE EEEE EEEEE, MMM MMMM MMMMM")', 'Sat Saturday S, Jan January J'],
    ['date(now(), "QQQ, QQQQ, D")', 'Q1, 1st quarter, 31'],
    [`date(now(), "yyyy 'o''clock' ''")`, "2026 o'clock '"],
    ['date(now(), "SSSSS A")', '78900 45296789'],
    ['date(now(), "K k h H")', '0 12 12 12'],
    ['date(now(), "X x XXX xxx Z ZZZZ O VV z")', 'Z +00 Z +00:00 +0000 GMT GMT UTC UTC'],
    ['date(now(), "yyyy-MM-dd HH:mm XXX", "Europe/Berlin")', '2026-01-31 13:34 +01:00'],
    ['date(timestamp("2026-07-01T00:00:00Z"), "HH:mm xx O", "Europe/Berlin")', '02:00 +0200 GMT+2'],
    ['date(now(), "yyyy-MM-dd HH:mm XXX", "America/St_Johns")', '2026-01-31 09:04 -03:30'],
    ['date(now(), "HH:mm O", "Asia/Kathmandu")', '18:19 GMT+5:45'],
    ['date(now(), "HH:mm", "+05:30")', '18:04'],
    ['date(now(), "zzzz, VV", "America/New_York")', 'Eastern Standard Time, America/New_York'],
    ['date(timestamp("2026-03-29T00:59:59Z"), "HH:mm", "Europe/Berlin")', '01:59'],
    ['date(timestamp("2026-03-29T01:00:00Z"), "HH:mm", "Europe/Berlin")', '03:00'],
    ['date(timestamp("2026-10-25T00:30:00Z"), "HH:mm X", "Europe/Berlin")', '02:30 +02'],
    ['date(timestamp("2026-10-25T01:30:00Z"), "HH:mm X", "Europe/Berlin")', '02:30 +01'],
    ['date(timestamp("0001-01-01T00:00:00Z"), "yyyy-MM-dd")', '0001-01-01'],
    ['date(timestamp("1850-01-01T00:00:00Z"), "HH:mm:ss XXXX", "America/New_York")', '19:03:58 -045602'],
  ])('%s', (source, value) => {
    expect(evaluate(source)).toBe(value);
  });

  it.each([
    ['date("yesterday")', '"yesterday" is text that is not a timestamp (RFC 3339)'],
    ['date(5)', 'date(t, format, zone) takes a timestamp, but 5 is a number'],
    ['date(now(), "YYYY")', 'The format has no YYYY'],
    ['date(now(), "bbb")', 'The format has no bbb'],
    ['date(now(), "ddd")', 'The format has no ddd'],
    ['date(now(), "\'open")', "A quote in the format is not closed; '' is the quote itself"],
    ['date(now(), "yyyy", "Mars/Olympus")', '"Mars/Olympus" is not a time zone'],
    ['date(now(), "yyyy", "__proto__")', '"__proto__" is not a time zone'],
    [`date(now(), input.name + "${'y'.repeat(250)}")`, 'A format has at most 200 characters'],
  ])('%s: %s', (source, message) => {
    expect(failure(source).message).toBe(message);
  });
});

describe('now() and uuid()', () => {
  const compiled = compileExpression('[uuid(), uuid(), now()]');
  if (!compiled.ok) throw new Error('it compiles');
  const run = (seed: string, now = NOW): unknown[] =>
    compiled.value.evaluate(world({ uuids: { seed, count: 0 }, now })) as unknown[];

  it('repeat their value when a stage is repeated after a crash', () => {
    expect(run('run-1/a')).toEqual(run('run-1/a'));
    expect(run('run-1/a')[2]).toBe('2026-01-31T12:34:56.789Z');
  });

  it('differ from call to call, stage to stage, run to run', () => {
    const all = [...run('run-1/a').slice(0, 2), ...run('run-1/b').slice(0, 2), ...run('run-2/a').slice(0, 2)];
    expect(new Set(all).size).toBe(6);
    for (const uuid of all) expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
  });

  it('count on in the environment, so that two fields of one stage differ', () => {
    const one = compileExpression('uuid()');
    if (!one.ok) throw new Error('it compiles');
    const environment = world();
    expect(one.value.evaluate(environment)).not.toBe(one.value.evaluate(environment));
    expect(environment.uuids.count).toBe(2);
  });

  it('are never computed beforehand', () => {
    expect(evaluate('[1, 2].map(i, uuid()).unique().size()')).toBe(2);
  });
});
