import type { PlanView as ShownPlanView } from '../../print/release/plan-text.ts';
import type { Target } from '../../print/release/target.ts';
import type { ShownPlan } from './plan.ts';

/** A plan as it is printed. */
export function planView(target: Target, { plan, diff, uploads }: ShownPlan, file?: string): ShownPlanView {
  const { id, hash, expires_at, base, release, preflight } = plan;
  const stored = id === null ? undefined : { id, hash, expires_at: new Date(expires_at ?? 0).toISOString(), file };
  return {
    target,
    kind: plan.kind,
    project: plan.project,
    base: base && { number: base.number, version: base.version, digest: base.release },
    release,
    diff,
    removals: plan.unconsented,
    problems: preflight.problems,
    warnings: preflight.warnings,
    upload: {
      pipelines: uploads.length,
      bytes: uploads.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0),
    },
    plan: stored,
  };
}
