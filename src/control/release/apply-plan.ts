import type { DeployedView, Finding, PlanView } from '../../core/api/deployment.ts';
import { FlowMasonError, fail } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { quoteList } from '../../core/quote.ts';
import type { Deployment, NewDeployment } from '../../store/deployments.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';
import { firstSettings } from '../environment/settings.ts';
import { activateRelease } from './activate-release.ts';
import type { CheckedRelease } from './check-release.ts';
import { commandOf, isForced, type Wish } from './gates.ts';
import { assess } from './make-plan.ts';
import { REMOVALS, readTarget } from './target-state.ts';
import { deploymentView } from './views.ts';

/** A plan that is to be applied, with all that was read of it before the transaction. */
export interface Applied {
  readonly view: Omit<PlanView, 'id' | 'expires_at'>;
  readonly checked: CheckedRelease;
  readonly secrets: ReadonlySet<string> | undefined;
  readonly wish: Wish;
  /** Names whose removal somebody has agreed to for this plan. */
  readonly consent: readonly string[];
  /** The plan was made earlier and kept, so that people relied on it. */
  readonly saved: boolean;
  readonly said: Pick<NewDeployment, 'message' | 'commit' | 'commit_author'>;
}

/** What `applyPlan` refuses with. */
export const APPLY_ERRORS = [
  'BASE_MOVED',
  'ENVIRONMENT_LOCKED',
  'PREFLIGHT_FAILED',
  'ENVIRONMENT_PROTECTED',
  'ROLLED_BACK',
  'VERSION_TAKEN',
  'EVIDENCE_MISSING',
  'REMOVALS_NEED_CONSENT',
] as const;

/**
 * Makes the release of a plan active, in the caller's transaction: all of it or nothing. A release that is active already
 * is nothing to do. Throws FlowMasonError `BASE_MOVED` (`PLAN_STALE` for a saved plan), `ENVIRONMENT_LOCKED`,
 * `ENVIRONMENT_PROTECTED`, `ROLLED_BACK`, `VERSION_TAKEN`, `EVIDENCE_MISSING`, `PREFLIGHT_FAILED` with every problem,
 * `REMOVALS_NEED_CONSENT` with the names.
 */
export async function applyPlan(tx: StoreTransaction, control: ControlPlane, plan: Applied): Promise<DeployedView> {
  const { environment } = control;
  const { checked, view, wish } = plan;
  const log = { environment, project: view.project };
  const already = await activeAlready(tx, log, checked.digest);
  if (already) return already;
  await tx.environments.ensure(environment, firstSettings(control));
  // Holds the environment: from here on nobody else deploys to it, locks it or changes what it demands.
  await tx.environments.requireUnlocked(environment, wish.actor);
  const meanwhile = await activeAlready(tx, log, checked.digest);
  if (meanwhile) return meanwhile;
  const target = await readTarget(tx, control, checked, plan.secrets);
  const entry = await begin(tx, plan, {
    ...log,
    ...plan.said,
    kind: wish.kind,
    release: checked.digest,
    base: view.base?.number ?? 0,
    actor: wish.actor,
    origin: view.origin ?? undefined,
    forced: isForced(target, wish),
    removals: view.removals,
    plan: view.hash,
    changes: view.changes,
  });
  refuse(assess(checked.manifest, target, wish).problems);
  const consented = new Set([...target.consented, ...plan.consent]);
  requireConsent(
    view.removals.filter((name) => !consented.has(name)),
    commandOf(wish.kind, environment),
  );
  if (view.removals.length > 0) {
    const names = [...new Set([...target.consented, ...view.removals])].sort();
    await tx.evidence.put(checked.digest, REMOVALS, { names }, wish.actor);
  }
  const { immutable_versions } = target.environment;
  const done = await activateRelease(tx, control, entry, checked, { immutable_versions });
  return { deployment: deploymentView(done, done.number), done: true };
}

async function activeAlready(
  { releases, deployments }: StoreTransaction,
  log: { readonly environment: string; readonly project: string },
  digest: string,
): Promise<DeployedView | undefined> {
  const active = await releases.active(log.environment, log.project);
  if (active?.digest !== digest) return undefined;
  const entry = await deployments.get(log, active.number);
  return entry && { deployment: deploymentView(entry, active.number), done: false };
}

/** What says that something else became active: of a saved plan that it is stale, with what came since. */
async function begin(tx: StoreTransaction, plan: Applied, entry: NewDeployment): Promise<Deployment> {
  try {
    return await tx.deployments.begin(entry);
  } catch (error) {
    if (!plan.saved || !(error instanceof FlowMasonError) || error.code !== 'BASE_MOVED') throw error;
    const since = (await tx.deployments.list(entry, { limit: 50 })).filter(
      ({ number, status }) => number > entry.base && status === 'succeeded',
    );
    const { base, active } = (error.details ?? {}) as { readonly base?: Json; readonly active?: Json };
    const from = entry.base === 0 ? 'nothing was active' : `#${entry.base} was active`;
    const what = since
      .map(({ number, kind, version, actor }) => `#${number} ${kind} ${version} by ${actor}`)
      .join(', ');
    return fail('PLAN_STALE', `The plan was made when ${from}; since then: ${what || 'the log was changed'}`, {
      hint: 'Make a new plan, and look at it.',
      details: {
        base: base ?? null,
        active: active ?? null,
        since: since.map(({ number, kind, release, version, actor, at }) => ({
          number,
          kind,
          release,
          version,
          actor,
          at,
        })),
      },
    });
  }
}

/** Problems of the environment itself, whose codes say by themselves what to do. */
const GATES: ReadonlySet<string> = new Set([
  'ENVIRONMENT_LOCKED',
  'ENVIRONMENT_PROTECTED',
  'SOURCE_REFUSED',
  'ROLLED_BACK',
  'VERSION_TAKEN',
  'EVIDENCE_MISSING',
]);

/** Throws FlowMasonError with the code of the first gate, or `PREFLIGHT_FAILED`; the details have every problem. */
export function refuse(problems: readonly Finding[]): void {
  const [first] = problems;
  if (!first) return;
  // Findings are plain JSON.
  const details = { problems: JSON.parse(JSON.stringify(problems)) as Json };
  if (GATES.has(first.code)) fail(first.code, first.message, { hint: first.hint, details });
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  fail('PREFLIGHT_FAILED', `${first.message}${more}`, {
    hint: problems.map(({ hint }) => hint ?? '').join('\n'),
    details,
  });
}

function requireConsent(names: readonly string[], command: string): void {
  if (names.length === 0) return;
  const what = names.length === 1 ? 'A pipeline' : `${names.length} pipelines`;
  fail('REMOVALS_NEED_CONSENT', `${what} would be removed, and nobody has agreed to that: ${quoteList(names)}`, {
    hint: `${command} --prune`,
    details: { removals: [...names] },
  });
}
