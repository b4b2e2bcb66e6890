import type { Json } from '../core/json.ts';
import { bounded } from './bounded.ts';
import type { Prepared } from './prepare.ts';
import type { StageRun } from './stage-run.ts';

/** The output that stands for a stage, bounded and masked as if its component had given it; undefined for none. */
export function standFor(stageRun: StageRun, prepared: Prepared): Json | undefined {
  const { run, stage, path, attempt } = stageRun;
  const { standIn, masker } = run.options;
  const answer = standIn?.({ path, id: stage.id, component: stage.component.name, attempt, config: prepared.shown });
  if (answer === undefined) return undefined;
  if (answer.usage) run.addUsage(answer.usage, path);
  return masker.json(bounded(answer.output, run.runtime.limits.output_bytes, stage.component.name));
}
