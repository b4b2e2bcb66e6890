import { durationText } from '../../../core/duration.ts';
import type { RunEvent } from '../../../executor/types.ts';
import { oneLine } from './lines.ts';
import type { RunPrinter } from './printer.ts';

const HEARTBEAT_MS = 30_000;

/** One line per change of state, and a sign of life when nothing changes for half a minute: for CI and pipes. */
export function plainPrinter(write: (line: string) => void): RunPrinter {
  const started = Date.now();
  const running = new Set<string>();
  const beat = setInterval(() => {
    if (running.size > 0)
      write(`still running after ${durationText(Date.now() - started)}: ${[...running].slice(0, 5).join(', ')}`);
  }, HEARTBEAT_MS);
  beat.unref();
  return {
    event(event) {
      if (event.type === 'stage') {
        if (event.status === 'running' || event.status === 'waiting') running.add(event.path);
        else running.delete(event.path);
      }
      const line = eventLine(event);
      if (line === undefined) return;
      beat.refresh();
      write(line);
    },
    pause: () => () => {},
    end: () => clearInterval(beat),
  };
}

/** An event as one line; undefined for those that change no state. */
export function eventLine(event: RunEvent): string | undefined {
  switch (event.type) {
    case 'run':
      return `run ${event.run_id}  ${event.pipeline} ${event.version}  ${event.status}${event.resumed && event.status === 'running' ? ' (resumed)' : ''}`;
    case 'retry':
      return `stage ${event.path}  retry ${event.attempt + 1} of ${event.max_attempts} in ${durationText(event.delay_ms)}  ${event.error.type}: ${oneLine(event.error.message)}`;
    case 'log':
      return `log ${event.entry.level}  ${event.entry.path}  ${oneLine(event.entry.message)}`;
    case 'progress':
      return undefined;
    case 'stage':
      return stageLine(event);
  }
}

function stageLine(event: Extract<RunEvent, { type: 'stage' }>): string | undefined {
  // The number of items becomes known after the stage was announced; an attempt after the first is told by `retry`.
  if (event.status === 'running' && (event.total !== undefined || event.attempt > 1) && !event.cached) return undefined;
  const facts = [`stage ${event.path}`, event.status];
  if (event.waiting?.signal !== undefined) facts.push(`for the signal ${event.waiting.signal}`);
  if (event.duration_ms !== undefined && event.status !== 'skipped') facts.push(durationText(event.duration_ms));
  if (event.attempt > 1) facts.push(`${event.attempt} attempts`);
  if (event.recorded) facts.push('from the record');
  if (event.cached) facts.push('from the cache');
  if (event.error) facts.push(`${event.error.type}: ${oneLine(event.error.message)}`);
  return facts.join('  ');
}
