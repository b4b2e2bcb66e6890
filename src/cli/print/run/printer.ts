import type { RunEvent } from '../../../executor/types.ts';

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
  return { ...SILENT, event: (event) => write(`${JSON.stringify(event)}\n`) };
}
