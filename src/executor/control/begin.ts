import type { Json } from '../../core/json.ts';
import type { StageRun } from '../stage-run.ts';

/**
 * What a control stage resolved when it first started: recorded then, and taken from the journal when the run is
 * resumed, so that items and deadlines do not move (PIPELINES.md 4, journal).
 */
export function begin<T extends Json>(stageRun: StageRun, resolve: () => T): T {
  const { run, path, startedAt } = stageRun;
  const recorded = run.resolved(path);
  // It was recorded by this very function for this very stage, so it has the type.
  if (recorded !== undefined) return recorded as T;
  const resolved = run.options.masker.json(resolve()) as T;
  run.append({ kind: 'start', path, started_at: startedAt, resolved });
  return resolved;
}
