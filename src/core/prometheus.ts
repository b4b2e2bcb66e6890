/** The text format 0.0.4 of Prometheus. Whoever names the labels sees to it that there are only so many of them. */

export type Labels = Readonly<Record<string, string>>;

/** Seconds: upper bounds for answers over HTTP. */
export const REQUEST_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds: upper bounds for work that may take minutes. */
export const WORK_BUCKETS: readonly number[] = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800];

export interface Counter {
  add(labels: Labels, by?: number): void;
  lines(): string[];
}

export interface Histogram {
  observe(labels: Labels, seconds: number): void;
  lines(): string[];
}

/** Its name ends in `_total`. */
export function counter(name: string, help: string): Counter {
  const counts = new Map<string, number>();
  return {
    add(labels, by = 1) {
      const series = labelsText(labels);
      counts.set(series, (counts.get(series) ?? 0) + by);
    },
    lines: () =>
      family(
        name,
        'counter',
        help,
        [...counts].map(([series, count]) => sample(name, series, count)),
      ),
  };
}

/** Its name ends in `_seconds`. */
export function histogram(name: string, help: string, buckets: readonly number[]): Histogram {
  const series = new Map<string, { readonly counts: number[]; sum: number; count: number }>();
  return {
    observe(labels, seconds) {
      const place = labelsText(labels);
      const found = series.get(place) ?? { counts: buckets.map(() => 0), sum: 0, count: 0 };
      series.set(place, found);
      for (const [at, bound] of buckets.entries()) if (seconds <= bound) found.counts[at] = (found.counts[at] ?? 0) + 1;
      found.sum += seconds;
      found.count++;
    },
    lines() {
      const samples = [...series].flatMap(([place, { counts, sum, count }]) => [
        ...buckets.map((bound, at) => sample(`${name}_bucket`, joined(place, `le="${bound}"`), counts[at] ?? 0)),
        sample(`${name}_bucket`, joined(place, 'le="+Inf"'), count),
        sample(`${name}_sum`, place, sum),
        sample(`${name}_count`, place, count),
      ]);
      return family(name, 'histogram', help, samples);
    },
  };
}

/** What is as it is now; nothing for values that are not known. */
export function gauge(
  name: string,
  help: string,
  values: readonly { readonly labels?: Labels; readonly value: number | undefined }[],
): string[] {
  const samples = values.flatMap(({ labels = {}, value }) =>
    value === undefined ? [] : [sample(name, labelsText(labels), value)],
  );
  return family(name, 'gauge', help, samples);
}

function family(name: string, type: string, help: string, samples: readonly string[]): string[] {
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}

function sample(name: string, series: string, value: number): string {
  return `${name}${series === '' ? '' : `{${series}}`} ${value}`;
}

function joined(series: string, more: string): string {
  return series === '' ? more : `${series},${more}`;
}

function labelsText(labels: Labels): string {
  const escaped = (text: string): string =>
    text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}
