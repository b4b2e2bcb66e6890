import type { Answered } from './app.ts';

/** Upper bounds of the histogram, seconds. */
const BUCKETS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** What a scrape asks the store for. */
export interface Gauges {
  readonly version: string;
  readonly environment: string;
  /** Runs by state; undefined when the database does not answer. */
  readonly runs: Readonly<Record<string, number>> | undefined;
}

export interface Metrics {
  /** Counts an answer. */
  answered(answer: Pick<Answered, 'method' | 'route' | 'status' | 'duration_ms'>): void;
  /** Prometheus text format 0.0.4. */
  text(gauges: Gauges): string;
}

interface Duration {
  readonly counts: number[];
  sum: number;
  count: number;
}

/** Counters of this process. Routes are patterns and methods known ones, so there are only so many series. */
export function createMetrics(): Metrics {
  const requests = new Map<string, number>();
  const durations = new Map<string, Duration>();
  // By what makes them: to write labels takes longer than to count.
  const known = new Map<string, { readonly request: string; readonly place: string }>();
  const labelsOf = (method: string, route: string, status: number) => {
    const key = `${method} ${status} ${route}`;
    const found = known.get(key);
    if (found) return found;
    const made = { request: labels({ method, route, status: String(status) }), place: labels({ method, route }) };
    known.set(key, made);
    return made;
  };

  return {
    answered({ method: typed, route, status, duration_ms }) {
      const method = METHODS.has(typed) ? typed : 'other';
      const { request, place } = labelsOf(method, route, status);
      requests.set(request, (requests.get(request) ?? 0) + 1);
      const duration = durations.get(place) ?? { counts: BUCKETS.map(() => 0), sum: 0, count: 0 };
      durations.set(place, duration);
      const seconds = duration_ms / 1_000;
      for (const [at, bound] of BUCKETS.entries())
        if (seconds <= bound) duration.counts[at] = (duration.counts[at] ?? 0) + 1;
      duration.sum += seconds;
      duration.count++;
    },

    text({ version, environment, runs }) {
      const name = 'flowmason_http_request_duration_seconds';
      const histogram = [...durations].flatMap(([place, { counts, sum, count }]) => [
        ...BUCKETS.map((bound, at) => `${name}_bucket{${place},le="${bound}"} ${counts[at]}`),
        `${name}_bucket{${place},le="+Inf"} ${count}`,
        `${name}_sum{${place}} ${sum}`,
        `${name}_count{${place}} ${count}`,
      ]);
      return [
        ...family('flowmason_info', 'gauge', 'The version that runs.', [
          `flowmason_info{${labels({ version, environment })}} 1`,
        ]),
        ...family(
          'flowmason_http_requests_total',
          'counter',
          'Answered requests by route and status.',
          [...requests].map(([request, count]) => `flowmason_http_requests_total{${request}} ${count}`),
        ),
        ...family(name, 'histogram', 'Time from a request to its answer.', histogram),
        ...family('flowmason_database_up', 'gauge', 'Whether the database answers.', [
          `flowmason_database_up ${runs === undefined ? 0 : 1}`,
        ]),
        ...family(
          'flowmason_runs',
          'gauge',
          'Runs that are kept, by state.',
          Object.entries(runs ?? {}).map(([status, count]) => `flowmason_runs{${labels({ status })}} ${count}`),
        ),
        '',
      ].join('\n');
    },
  };
}

function family(name: string, type: string, help: string, samples: readonly string[]): string[] {
  return samples.length === 0 ? [] : [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...samples];
}

function labels(values: Readonly<Record<string, string>>): string {
  const escaped = (text: string): string =>
    text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return Object.entries(values)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}
