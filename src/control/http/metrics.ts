import { type Count, counter, type Distribution, gauge, histogram, REQUEST_BUCKETS } from '../../core/prometheus.ts';
import type { RunStatus } from '../../core/run.ts';
import type { Answered } from './app.ts';

const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
const STATES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] satisfies readonly RunStatus[];

/** What a scrape asks the store for: the whole environment, whichever server answers. */
export interface Gauges {
  readonly runs: Readonly<Partial<Record<RunStatus, number>>>;
  /** Undefined where there is no queue. */
  readonly queue: { readonly depth: number; readonly oldest_seconds: number } | undefined;
  readonly workers: { readonly live: number; readonly draining: number };
}

/** Who answers. */
export interface Answering {
  readonly version: string;
  readonly environment: string;
}

export interface Metrics {
  /** Counts an answer. */
  answered(answer: Pick<Answered, 'method' | 'route' | 'status' | 'duration_ms'>): void;
  /** Prometheus text format 0.0.4. `gauges`: undefined when the database does not answer. `more`: lines of the host. */
  text(answering: Answering, gauges: Gauges | undefined, more?: readonly string[]): string;
}

/** Counters of this process. Routes are patterns and methods known ones, so there are only so many series. */
export function createMetrics(): Metrics {
  const requests = counter('flowmason_http_requests_total', 'Answered requests by route and status.');
  const durations = histogram(
    'flowmason_http_request_duration_seconds',
    'Time from a request to its answer.',
    REQUEST_BUCKETS,
  );
  const all = new Map<string, { readonly count: Count; readonly duration: Distribution }>();
  return {
    answered({ method: typed, route, status, duration_ms }) {
      const method = METHODS.has(typed) ? typed : 'other';
      const name = `${status} ${method} ${route}`;
      let series = all.get(name);
      if (!series) {
        const count = requests.of({ method, route, status: String(status) });
        series = { count, duration: durations.of({ method, route }) };
        all.set(name, series);
      }
      series.count.add();
      series.duration.observe(duration_ms / 1_000);
    },

    text({ version, environment }, gauges, more = []) {
      const isUp = gauges === undefined ? 0 : 1;
      return [
        ...gauge('flowmason_info', 'The version that runs.', [{ labels: { version, environment }, value: 1 }]),
        ...requests.lines(),
        ...durations.lines(),
        ...gauge('flowmason_database_up', 'Whether the database answers.', [{ value: isUp }]),
        ...(gauges ? environmentLines(gauges) : []),
        ...more,
        '',
      ].join('\n');
    },
  };
}

function environmentLines({ runs, queue, workers }: Gauges): string[] {
  const states = STATES.map((status) => ({ labels: { status }, value: runs[status] ?? 0 }));
  return [
    ...gauge('flowmason_runs', 'Runs that are kept, by state; those that wait without a worker are waiting.', states),
    ...gauge('flowmason_queue_depth', 'Jobs that are due and that no worker has taken.', [{ value: queue?.depth }]),
    ...gauge('flowmason_queue_oldest_seconds', 'For how long the oldest of them has been due; 0 without one.', [
      { value: queue?.oldest_seconds },
    ]),
    ...gauge('flowmason_workers', 'Workers that were heard of within half a minute.', [
      { labels: { state: 'live' }, value: workers.live - workers.draining },
      { labels: { state: 'draining' }, value: workers.draining },
    ]),
  ];
}
