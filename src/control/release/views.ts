import type { DeploymentView, EvidenceView } from '../../core/api/deployment.ts';
import type { Deployment } from '../../store/deployments.ts';
import type { Evidence } from '../../store/evidence.ts';

/** An entry as callers see it; `active` is the number of the entry that is active in its log. */
export function deploymentView(entry: Deployment, active: number | undefined): DeploymentView {
  return { ...entry, active: entry.number === active };
}

export function evidenceView({ kind, content, actor, at }: Evidence): EvidenceView {
  return { kind, content, actor, at };
}
