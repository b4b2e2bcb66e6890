import type { PlannedStage } from '../core/plan.ts';
import type { SkipReason } from './outcome.ts';
import type { Scope } from './scope.ts';

export type Verdict = 'run' | Exclude<SkipReason, 'when_false'>;

/**
 * Whether a stage whose dependencies are all finished runs or is skipped, before `when` is looked at. In the order of
 * PIPELINES.md 4: gate, skip rule, `enabled`.
 */
export function decide(stage: PlannedStage, scope: Scope): Verdict {
  const { gate, skipDependencies, outerSkipDependencies } = stage;
  if (gate) {
    const branch = scope.states[gate.index]?.branch;
    if (branch === null || branch === undefined || !gate.branches.includes(branch)) return 'gate_closed';
  }
  const counted = skipDependencies.length + outerSkipDependencies.length;
  if (counted > 0) {
    let skipped = 0;
    for (const index of skipDependencies) if (scope.states[index]?.status === 'skipped') skipped++;
    for (const id of outerSkipDependencies) if (scope.find(id)?.status === 'skipped') skipped++;
    if (stage.join === 'all' ? skipped > 0 : skipped === counted) return 'dependency_skipped';
  }
  return stage.enabled ? 'run' : 'disabled';
}
