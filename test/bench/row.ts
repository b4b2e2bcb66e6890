/** What one measurement came to. All figures of a row are in its unit. */
export interface Row {
  readonly bench: string;
  readonly name: string;
  readonly unit: 'ms' | 'µs' | 'ns' | 'stages/s' | 'runs/s' | 'calls/s' | 'bytes' | 'x';
  readonly measured: Sample;
  /** The same machine at the same moment without FlowMason: what `ratio` divides by. */
  readonly floor?: { readonly name: string; readonly sample: Sample } | undefined;
  readonly ratio?: number | undefined;
  readonly budget?: Budget | undefined;
}

export interface Sample {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** A limit of the ratio or of the median; `least` where more is better. */
export interface Budget {
  readonly of: 'ratio' | 'median';
  readonly most?: number;
  readonly least?: number;
}

/** How much of everything: 1 is the real thing, tests run a fraction of it. */
export interface Scale {
  readonly repeat: number;
  /** At most this many stages. */
  readonly stages: number;
  /** At most this many rows in a table. */
  readonly rows: number;
}

/** Each bench within two minutes. */
export const FULL: Scale = { repeat: 15, stages: 10_000, rows: 100_000 };
/** As many rows as the promises name: `--long`. */
export const LONG: Scale = { ...FULL, rows: 1_000_000 };

/** One file of this folder: measures one promise of the program. */
export interface Bench {
  readonly name: string;
  readonly summary: string;
  run(scale: Scale): Promise<readonly Row[]>;
}

export function sampleOf(values: readonly number[]): Sample {
  const sorted = [...values].sort((a, b) => a - b);
  const [min, max] = [sorted[0], sorted[sorted.length - 1]];
  if (min === undefined || max === undefined) throw new Error('nothing was measured');
  const middle = sorted.length >> 1;
  const high = sorted[middle] ?? max;
  const median = sorted.length % 2 === 1 ? high : ((sorted[middle - 1] ?? min) + high) / 2;
  return { median, min, max };
}

export function meets(row: Row): boolean | undefined {
  if (!row.budget) return undefined;
  const value = row.budget.of === 'ratio' ? row.ratio : row.measured.median;
  if (value === undefined) return false;
  return value <= (row.budget.most ?? Number.POSITIVE_INFINITY) && value >= (row.budget.least ?? 0);
}
