import { describe, expect, it } from 'vitest';
import { dueTimes } from '../../src/core/schedule/due-times.ts';
import { scheduleOf } from '../../src/core/schedule/schedule.ts';

const iso = (times: readonly number[]): string[] =>
  times.map((at) => new Date(at).toISOString().replace(':00.000Z', 'Z'));
const at = (text: string): number => Date.parse(text);

/** All times of a pattern from one instant to another. */
function times(cron: string, zone: string, from: string, to: string): string[] {
  return iso(scheduleOf(cron, zone).first(at(from), at(to), 10_000));
}

describe('a schedule in a time zone', () => {
  it.each([
    // cron, zone, from, to, the instants
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2026-03-28T12:00Z',
      '2026-03-30T12:00Z',
      ['2026-03-29T01:00Z', '2026-03-30T00:30Z'],
    ],
    ['59 2 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-29T12:00Z', ['2026-03-29T01:00Z']],
    ['0 3 * * *', 'Europe/Berlin', '2026-03-28T12:00Z', '2026-03-29T12:00Z', ['2026-03-29T01:00Z']],
    [
      '30 2 * * *',
      'America/New_York',
      '2026-03-07T12:00Z',
      '2026-03-09T12:00Z',
      ['2026-03-08T07:00Z', '2026-03-09T06:30Z'],
    ],
    [
      '15 2 * * *',
      'Australia/Lord_Howe',
      '2026-10-03T00:00Z',
      '2026-10-05T00:00Z',
      ['2026-10-03T15:30Z', '2026-10-04T15:15Z'],
    ],
    // The 30th of December 2011 was not to be had in Samoa.
    [
      '0 12 * * *',
      'Pacific/Apia',
      '2011-12-29T00:00Z',
      '2012-01-01T00:00Z',
      ['2011-12-29T22:00Z', '2011-12-30T10:00Z', '2011-12-30T22:00Z', '2011-12-31T22:00Z'],
    ],
    [
      '0 0 30 12 *',
      'Pacific/Apia',
      '2011-12-29T00:00Z',
      '2012-12-31T00:00Z',
      ['2011-12-30T10:00Z', '2012-12-29T10:00Z'],
    ],
  ])('fires a skipped time the next minute: %s in %s', (cron, zone, from, to, expected) => {
    expect(times(cron, zone, from, to)).toEqual(expected);
  });

  it.each([
    [
      '30 2 * * *',
      'Europe/Berlin',
      '2026-10-24T12:00Z',
      '2026-10-26T12:00Z',
      ['2026-10-25T00:30Z', '2026-10-26T01:30Z'],
    ],
    [
      '30 1 * * *',
      'America/New_York',
      '2026-10-31T12:00Z',
      '2026-11-02T12:00Z',
      ['2026-11-01T05:30Z', '2026-11-02T06:30Z'],
    ],
    [
      '45 1 * * *',
      'Australia/Lord_Howe',
      '2026-04-03T20:00Z',
      '2026-04-05T20:00Z',
      ['2026-04-04T14:45Z', '2026-04-05T15:15Z'],
    ],
    // Every half hour by the clock on the wall, which shows two o'clock twice.
    [
      '*/30 * * * *',
      'Europe/Berlin',
      '2026-10-25T00:00Z',
      '2026-10-25T02:30Z',
      ['2026-10-25T00:00Z', '2026-10-25T00:30Z', '2026-10-25T02:00Z', '2026-10-25T02:30Z'],
    ],
  ])('fires a repeated time once: %s in %s', (cron, zone, from, to, expected) => {
    expect(times(cron, zone, from, to)).toEqual(expected);
  });

  it('fires what a skipped hour collects once', () => {
    expect(times('*/15 * * * *', 'Europe/Berlin', '2026-03-29T00:45Z', '2026-03-29T01:15Z')).toEqual([
      '2026-03-29T00:45Z',
      '2026-03-29T01:00Z',
      '2026-03-29T01:15Z',
    ]);
  });

  it.each(['Europe/Berlin', 'America/New_York', 'Australia/Lord_Howe', 'Pacific/Apia', 'Asia/Kathmandu', 'UTC'])(
    'fires once a day, all year long, in %s',
    (zone) => {
      for (const cron of ['30 2 * * *', '0 0 * * *', '59 23 * * *']) {
        const year = scheduleOf(cron, zone).first(at('2026-01-02T00:00Z'), at('2027-01-02T00:00Z') - 1, 1_000);
        expect(year).toHaveLength(365);
        expect(new Set(year).size).toBe(365);
      }
    },
  );

  it('says that a day which never comes never comes', () => {
    expect(scheduleOf('0 0 30 2 *').next(at('2026-01-01T00:00Z'))).toBeUndefined();
  });

  it('finds the last times without counting all that were before', () => {
    const from = at('1990-01-01T00:00Z');
    expect(iso(scheduleOf('* * * * *', 'Europe/Berlin').last(from, at('2026-05-01T12:00:30Z'), 2))).toEqual([
      '2026-05-01T11:59Z',
      '2026-05-01T12:00Z',
    ]);
    expect(iso(scheduleOf('0 0 29 2 *').last(from, at('2026-05-01T00:00Z'), 1))).toEqual(['2024-02-29T00:00Z']);
    expect(scheduleOf('0 0 29 2 *').last(at('2025-01-01T00:00Z'), at('2026-05-01T00:00Z'), 1)).toEqual([]);
  });
});

describe('times that were missed', () => {
  const minutes = scheduleOf('* * * * *');
  const due = at('2026-05-01T11:00Z');

  it('are none while somebody looks in time', () => {
    const { fire, next } = dueTimes(minutes, due, due + 59_000, 'skip');
    expect([iso(fire), next]).toEqual([['2026-05-01T11:00Z'], at('2026-05-01T11:01Z')]);
  });

  it.each([
    ['skip', ['2026-05-01T11:30Z']],
    ['once', ['2026-05-01T11:29Z', '2026-05-01T11:30Z']],
  ] as const)('%s: what is made up for', (missed, expected) => {
    const { fire, next } = dueTimes(minutes, due, at('2026-05-01T11:30:10Z'), missed);
    expect([iso(fire), next]).toEqual([expected, at('2026-05-01T11:31Z')]);
  });

  it('all: each, and of very many the latest thousand', () => {
    expect(dueTimes(minutes, due, at('2026-05-01T11:30:10Z'), 'all').fire).toHaveLength(31);
    const { fire } = dueTimes(minutes, due, at('2026-05-11T11:30:10Z'), 'all');
    expect(fire).toHaveLength(1_001);
    expect(iso(fire).at(-1)).toBe('2026-05-11T11:30Z');
  });
});
