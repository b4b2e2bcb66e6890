import { beforeAll, describe, expect, inject, it, vi } from 'vitest';
import type { TestServer } from '../setup/postgres/template.ts';
import { BENCHES } from './benches.ts';
import { meets, type Row, sampleOf } from './row.ts';
import { markdown, number, table } from './table.ts';

/** Benches in a tiny size: they run and print figures that make sense. How fast they are is not judged here. */
describe('every bench', () => {
  beforeAll(async () => {
    const answer = await fetch(inject('postgres'));
    const { url } = (await answer.json()) as TestServer;
    vi.stubEnv('FM_TEST_PG_URL', url);
    return () => vi.unstubAllEnvs();
  });

  it.each(BENCHES)('$name runs', async (bench) => {
    const rows = await bench.run({ repeat: 1, stages: 100, rows: 1_000 });
    expect(rows.length).toBeGreaterThan(0);
    for (const row of rows) {
      expect(row.bench).toBe(bench.name);
      for (const figure of Object.values(row.measured)) expect(Number.isFinite(figure)).toBe(true);
      if (row.ratio !== undefined) expect(row.floor?.sample.median).toBeGreaterThan(0);
      if (row.budget?.of === 'ratio') expect(row.ratio).toBeTypeOf('number');
    }
    expect(table(rows).split('\n')).toHaveLength(rows.length + 1);
  });
});

describe('figures', () => {
  const row: Row = { bench: 'a', name: 'b', unit: 'ms', measured: { median: 2, min: 1, max: 3 }, ratio: 4 };

  it('take the middle of odd and even samples', () => {
    expect(sampleOf([3, 1, 2])).toEqual({ median: 2, min: 1, max: 3 });
    expect(sampleOf([4, 1, 2, 3])).toEqual({ median: 2.5, min: 1, max: 4 });
    expect(() => sampleOf([])).toThrow('nothing was measured');
  });

  it('meet a budget of the ratio or of the median', () => {
    expect(meets(row)).toBeUndefined();
    expect(meets({ ...row, budget: { of: 'ratio', most: 4 } })).toBe(true);
    expect(meets({ ...row, budget: { of: 'ratio', most: 3.9 } })).toBe(false);
    expect(meets({ ...row, budget: { of: 'median', least: 2 } })).toBe(true);
    expect(meets({ ...row, budget: { of: 'median', least: 2.1 } })).toBe(false);
  });

  it('print three digits', () => {
    expect([0.012_345, 1.234_5, 99.95, 123_456.7].map(number)).toEqual(['0.0123', '1.23', '100', '123,457']);
  });

  it('are a table of eight columns in the README, too', () => {
    for (const line of markdown([row]).split('\n')) expect(line.split(' | ')).toHaveLength(8);
  });

  it('say in words when a budget is missed', () => {
    expect(table([{ ...row, budget: { of: 'ratio', most: 3 } }])).toMatch(/≤ 3 ×\s+MISSED$/);
  });
});
