import type { HealthReport } from '../../../core/api/health.ts';
import { durationText } from '../../../core/duration.ts';
import { printable } from '../../../core/quote.ts';
import { table } from '../table.ts';

/** What is known; less of a server that does not answer. */
type Shown = Pick<HealthReport, 'environment' | 'verdict' | 'causes'> & Partial<HealthReport>;

export function healthText(report: Shown): string {
  const { environment, verdict, causes, workers, queue, runs, last_hour } = report;
  const facts = [
    ...(workers ? [['workers', `${workers.live} live, ${workers.draining} of them draining`]] : []),
    ...(queue
      ? [['queue', `${queue.depth} due${queue.depth > 0 ? `, for ${durationText(queue.oldest_ms)}` : ''}`]]
      : []),
    ...(runs
      ? [['runs', `${runs.running ?? 0} running, ${runs.queued ?? 0} queued, ${runs.waiting ?? 0} waiting`]]
      : []),
    ...(last_hour ? [['last hour', `${last_hour.ended} ended, ${last_hour.failed} failed`]] : []),
  ];
  const lines = causes.map(
    ({ cause, verdict, message, hint }) => `${verdict}  ${cause}\n  ${printable(message)}\n  Try: ${printable(hint)}`,
  );
  return [`${environment} is ${verdict}`, ...(facts.length > 0 ? [table(facts)] : []), ...lines].join('\n\n');
}
