import type { DeploymentView } from '../../core/api/deployment.ts';
import type { PipelineFacts } from '../../core/release/facts.ts';
import type { AuditEntry } from '../../store/audit.ts';
import type { Activation, Deployment, NewDeployment } from '../../store/deployments.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';
import type { CheckedRelease } from './check-release.ts';
import { type TriggerPlace, triggersOf } from './triggers-of.ts';

/**
 * Makes the pending entry of a checked release the active one, and its triggers those of the project. Belongs into the
 * transaction that began the entry. Throws what `deployments.activate` throws.
 */
export async function activateRelease(
  tx: StoreTransaction,
  { environment, ids }: Pick<ControlPlane, 'environment' | 'ids'>,
  { project, number }: Pick<NewDeployment, 'project'> & { readonly number: number },
  { facts }: Pick<CheckedRelease, 'facts'>,
  activation: Activation = {},
): Promise<Deployment> {
  const done = await tx.deployments.activate({ environment, project }, number, activation);
  const before = await tx.triggers.hold(environment, project);
  const first = await beginning(tx, facts.values());
  await tx.triggers.replace(environment, project, triggersOf(facts.values(), { before, first, random: ids.random }));
  return done;
}

/** When schedules are due first that begin now, by the database's clock: the one that they fire by. */
async function beginning({ health }: StoreTransaction, facts: Iterable<PipelineFacts>): Promise<TriggerPlace['first']> {
  // The library is loaded for releases that have a schedule only.
  if (![...facts].some(({ triggers = [] }) => triggers.some(({ type }) => type === 'schedule'))) return () => null;
  const { scheduleOf } = await import('../../core/schedule/schedule.ts');
  const now = await health.time();
  return (cron, timezone) => scheduleOf(cron, timezone).next(now) ?? null;
}

/** What the audit says of an entry. */
export function deploymentAudit(entry: DeploymentView): Omit<AuditEntry, 'actor'> {
  const { environment, project, number, kind, release, version, base, origin, forced, removals, plan } = entry;
  return {
    action: `deployments.${kind}`,
    target: `${environment}/${project}#${number}`,
    details: { release, version, base, origin, forced, removals: [...removals], plan },
  };
}
