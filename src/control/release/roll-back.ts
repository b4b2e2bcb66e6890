import type { Finding, RollbackView } from '../../core/api/deployment.ts';
import { fail } from '../../core/errors.ts';
import type { ReleaseDiff } from '../../core/release/diff-release.ts';
import type { Deployment, Log } from '../../store/deployments.ts';
import { lockedMessage } from '../../store/environments.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';
import { firstSettings } from '../environment/settings.ts';
import { activateRelease } from './activate-release.ts';
import { refuse } from './apply-plan.ts';
import { type CheckedRelease, checkRelease, manifestOf, storedRelease } from './check-release.ts';
import { diffOf } from './make-plan.ts';
import { type Findings, rollbackPreflight } from './preflight.ts';
import { type RollbackChoice, rollbackTarget } from './rollback-target.ts';
import { shellWord } from './shell-word.ts';
import { compareDigests, readSecrets, readTarget, type TargetState } from './target-state.ts';
import { deploymentView } from './views.ts';

/** How somebody wants to go back. */
export interface RollbackWish {
  readonly actor: string;
  /** Past somebody's lock; `mayForce` when the caller's key has the scope for it. */
  readonly force: boolean;
  readonly mayForce: boolean;
  readonly message: string | undefined;
}

/** A rollback with all that was read of it before the transaction. */
export interface PreparedRollback {
  readonly log: Log;
  readonly from: Deployment;
  readonly to: Deployment;
  readonly checked: CheckedRelease;
  readonly secrets: ReadonlySet<string> | undefined;
  readonly diff: ReleaseDiff;
  readonly changes: ReturnType<typeof compareDigests>;
}

/** Throws FlowMasonError `NOT_FOUND` when nothing is active, or there is nothing such to go back to. */
export async function prepareRollback(
  control: ControlPlane,
  log: Log,
  choice: RollbackChoice,
): Promise<PreparedRollback> {
  const { store } = control;
  const active = await store.releases.active(log.environment, log.project);
  const from = active && (await store.deployments.get(log, active.number));
  if (!from) return fail('NOT_FOUND', `Nothing of ${log.project} is active in ${log.environment}`);
  const to = await rollbackTarget(store, log, from, choice);
  const release = await storedRelease(store, to.release);
  const { missing, checked } = await checkRelease(control, release);
  if (!checked) return fail('NOT_FOUND', `${missing.length} pipelines of release ${to.release} are no longer stored`);
  const before = manifestOf(active);
  return {
    log,
    from,
    to,
    checked,
    secrets: await readSecrets(control, release),
    diff: await diffOf(store, before, checked.manifest),
    changes: compareDigests(before, checked.manifest),
  };
}

/** What a rollback would do. */
export async function showRollback(
  control: ControlPlane,
  prepared: PreparedRollback,
  wish: RollbackWish,
): Promise<RollbackView> {
  const target = await readTarget(control.store, control, prepared.checked, prepared.secrets);
  const found = isSame(prepared) ? NOTHING_FOUND : assessRollback(prepared, target, wish);
  return viewOf(control.store, prepared, found, undefined);
}

/**
 * Makes an earlier release active again, in the caller's transaction. It needs neither approval nor evidence nor consent.
 * Throws FlowMasonError `BASE_MOVED`, `ENVIRONMENT_LOCKED`, `PREFLIGHT_FAILED` with every problem.
 */
export async function applyRollback(
  tx: StoreTransaction,
  control: ControlPlane,
  prepared: PreparedRollback,
  wish: RollbackWish,
): Promise<RollbackView> {
  const { log, from, to, checked, changes } = prepared;
  if (isSame(prepared)) return viewOf(tx, prepared, NOTHING_FOUND, undefined);
  await tx.environments.ensure(log.environment, firstSettings(control));
  await tx.environments.hold(log.environment);
  const target = await readTarget(tx, control, checked, prepared.secrets);
  const entry = await tx.deployments.begin({
    ...log,
    kind: 'rollback',
    release: to.release,
    base: from.number,
    actor: wish.actor,
    message: wish.message,
    origin: `#${to.number}`,
    forced: isPastLock(target, wish),
    changes: { ...changes, removed: changes.removed.length },
  });
  const found = assessRollback(prepared, target, wish);
  refuse(found.problems);
  const done = await activateRelease(tx, control, entry, checked);
  return viewOf(tx, prepared, found, done);
}

const NOTHING_FOUND: Findings = { problems: [], warnings: [] };

function isSame({ from, to }: PreparedRollback): boolean {
  return from.release === to.release;
}

function assessRollback({ checked, to }: PreparedRollback, target: TargetState, wish: RollbackWish): Findings {
  const { problems, warnings } = rollbackPreflight(checked.manifest, target);
  const isPast = isPastLock(target, wish);
  const locked = lockedFrom(target, wish, to);
  return {
    problems: isPast ? problems : [...locked, ...problems],
    warnings: isPast ? [...locked, ...warnings] : warnings,
  };
}

function isPastLock({ environment }: TargetState, { actor, force, mayForce }: RollbackWish): boolean {
  return environment.lock !== null && environment.lock.holder !== actor && force && mayForce;
}

function lockedFrom({ environment }: TargetState, wish: RollbackWish, to: Deployment): Finding[] {
  const { lock, name } = environment;
  if (lock === null || lock.holder === wish.actor) return [];
  const hint =
    wish.force && !wish.mayForce
      ? `Use a key with the scope deploy:force, or ask ${lock.holder} to type: fm env unlock ${name}`
      : `fm rollback ${shellWord(`#${to.number}`)} --force --env ${name}`;
  return [{ code: 'ENVIRONMENT_LOCKED', ...lockedMessage(name, lock), hint }];
}

async function viewOf(
  store: Pick<StoreTransaction, 'runs'>,
  { log, from, to, diff }: PreparedRollback,
  { problems, warnings }: Findings,
  done: Deployment | undefined,
): Promise<RollbackView> {
  const active = done?.number ?? from.number;
  return {
    deployment: done ? deploymentView(done, active) : null,
    done: done !== undefined,
    to: deploymentView(to, active),
    from: deploymentView(from, active),
    diff,
    in_flight: await store.runs.inFlight(log.environment, log.project),
    problems,
    warnings,
  };
}
