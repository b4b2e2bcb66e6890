import type { SignalSource } from '../../../core/ports.ts';
import type { RunEvent } from '../../../executor/types.ts';

/** What one execution is given beside the pipeline and its input. */
export interface StartOptions {
  readonly maxParallel?: number | undefined;
  /** Milliseconds. */
  readonly timeout?: number | undefined;
  readonly signal: AbortSignal;
  readonly onEvent: (event: RunEvent) => void;
  /** Asks whoever sits at the terminal; absent where nobody does. */
  readonly ask?: SignalSource | undefined;
}
