/** The text format 0.0.4 of Prometheus. Whoever names the labels sees to it that there are only so many of them. */

export type Labels = Readonly<Record<string, string>>;

/** Seconds: upper bounds for answers over HTTP. */
export const REQUEST_BUCKETS: readonly number[] = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
/** Seconds: upper bounds for work that may take minutes. */
export const WORK_BUCKETS: readonly number[] = [0.001, 0.005, 0.025, 0.1, 0.5, 1, 5, 15, 60, 300, 1_800];

export interface Counter {
  add(labels: Labels, by?: number): void;
  /** The series of these labels, for who counts often: to write labels takes longer than to count. Begins with 0. */
  of(labels: Labels): Count;
  lines(): string[];
}

export interface Count {
  add(by?: number): void;
}

export interface Histogram {
  observe(labels: Labels, seconds: number): void;
  /** As `Counter.of`. */
  of(labels: Labels): Distribution;
  lines(): string[];
}

export interface Distribution {
  observe(seconds: number): void;
}

/** Its name ends in `_total`. */
export function counter(name: string, help: string): Counter {
  const all = new Map<string, { value: number }>();
  const of = (labels: Labels): Count => {
    const series = labelsText(labels);
    const count = all.get(series) ?? { value: 0 };
    all.set(series, count);
    return {
      add(by = 1) {
        count.value += by;
      },
    };
  };
  return {
    add: (labels, by) => of(labels).add(by),
    of,
    lines: () =>
      family(
        name,
        'counter',
        help,
        [...all].map(([series, { value }]) => sample(name, series, value)),
      ),
  };
}

/** Its name ends in `_seconds`. */
export function histogram(name: string, help: string, buckets: readonly number[]): Histogram {
  const all = new Map<string, { readonly counts: number[]; sum: number; count: number }>();
  const of = (labels: Labels): Distribution => {
    const series = labelsText(labels);
    const found = all.get(series) ?? { counts: buckets.map(() => 0), sum: 0, count: 0 };
    all.set(series, found);
    return {
      observe(seconds) {
        found.sum += seconds;
        found.count++;
        // Each bound counts what is below it, so from the highest one down until it is too low.
        for (let at = buckets.length - 1; at >= 0 && seconds <= (buckets[at] ?? 0); at--) {
          found.counts[at] = (found.counts[at] ?? 0) + 1;
        }
      },
    };
  };
  return {
    observe: (labels, seconds) => of(labels).observe(seconds),
    of,
    lines() {
      const samples = [...all].flatMap(([place, { counts, sum, count }]) => [
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
