import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';
import { shortDigest } from '../../core/release/short-digest.ts';
import type { Deployment, Log } from '../../store/deployments.ts';
import type { StoreTransaction } from '../../store/store.ts';

/** What to go back to; exactly one of them. */
export interface RollbackChoice {
  /** The newest release of this version that is not active. */
  readonly version?: string | undefined;
  /** An entry. */
  readonly number?: number | undefined;
  /** The last different release that was active before, so that twice returns. */
  readonly previous?: boolean | undefined;
  /** The newest entry of this release. */
  readonly release?: string | undefined;
}

/**
 * The entry that a rollback goes back to (DEPLOYMENT.md 4.9): that of the active release itself when there is nothing to
 * do. Throws FlowMasonError `NOT_FOUND`.
 */
export async function rollbackTarget(
  { deployments }: Pick<StoreTransaction, 'deployments'>,
  log: Log,
  active: Deployment,
  choice: RollbackChoice,
): Promise<Deployment> {
  const { version, number, release } = choice;
  const found = await choose();
  if (found) return found;
  fail('NOT_FOUND', `${log.project} cannot go back to ${wanted()} in ${log.environment}`, {
    hint: `fm history${log.environment === 'local' ? '' : ` --env ${log.environment}`}`,
    details: { active: { number: active.number, version: active.version, release: active.release } },
  });

  async function choose(): Promise<Deployment | undefined> {
    if (number !== undefined) {
      const entry = await deployments.get(log, number);
      return entry?.status === 'succeeded' ? entry : undefined;
    }
    if (release !== undefined) return deployments.ofRelease(log, release);
    if (version === undefined) return deployments.previous(log, active.release);
    const other = await deployments.ofVersion(log, version, active.release);
    return other ?? (active.version === version ? active : undefined);
  }

  function wanted(): string {
    if (number !== undefined) return `deployment #${number}: there is none that was active`;
    if (release !== undefined) return `release ${shortDigest(release)}, which was never active there`;
    if (version !== undefined) return `version ${quote(version)}, which was never active there`;
    return 'anything: no other release was active there';
  }
}
