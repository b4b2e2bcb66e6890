import type { RunEvent } from '../../../executor/types.ts';
import { timeText } from './document.ts';

/** Shows a run while it goes on. */
export interface RunPrinter {
  event(event: RunEvent): void;
  /** Stops drawing while somebody is asked; the answer goes on. */
  pause(): () => void;
  end(): void;
}

export const SILENT: RunPrinter = { event() {}, pause: () => () => {}, end() {} };

/** One JSON document per line for every event, on stdout. */
export function jsonLinesPrinter(write: (text: string) => void): RunPrinter {
  return { ...SILENT, event: (event) => write(`${JSON.stringify(eventDocument(event))}\n`) };
}

/** An event with its times as all documents have them: RFC 3339 in UTC. */
function eventDocument(event: RunEvent): object {
  if (event.type === 'log') return { ...event, entry: { ...event.entry, at: timeText(event.entry.at) } };
  const at = timeText(event.at);
  if (event.type !== 'stage' || event.waiting?.until === undefined) return { ...event, at };
  return { ...event, at, waiting: { ...event.waiting, until: timeText(event.waiting.until) } };
}
