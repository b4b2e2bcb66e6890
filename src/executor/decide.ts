import type { PlannedStage } from '../core/plan.ts';
import type { StageState } from './scope.ts';

export type Verdict = 'run' | 'gate_closed' | 'dependency_skipped' | 'disabled';

/**
 * Whether a stage whose dependencies are all finished runs or is skipped, before `when` is looked at. In the order of
 * PIPELINES.md 4: gate, skip rule, `enabled`.
 */
export function decide(stage: PlannedStage, states: readonly StageState[]): Verdict {
  const { gate, skipDependencies } = stage;
  if (gate) {
    const branch = states[gate.index]?.branch;
    if (branch === null || branch === undefined || !gate.branches.includes(branch)) return 'gate_closed';
  }
  if (skipDependencies.length > 0) {
    let skipped = 0;
    for (const index of skipDependencies) if (states[index]?.status === 'skipped') skipped++;
    if (stage.join === 'all' ? skipped > 0 : skipped === skipDependencies.length) return 'dependency_skipped';
  }
  return stage.enabled ? 'run' : 'disabled';
}
