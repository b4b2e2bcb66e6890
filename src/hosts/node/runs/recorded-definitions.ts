import type { Definitions } from '../../../core/stage-at.ts';
import type { RecordedPipelines } from './record.ts';

/** The definitions that a run recorded. */
export function recordedDefinitions(recorded: RecordedPipelines): Definitions {
  const entries = Object.entries(recorded.pipelines).map(([name, { definition }]) => [name, definition] as const);
  return { main: recorded.main, pipelines: new Map(entries) };
}
