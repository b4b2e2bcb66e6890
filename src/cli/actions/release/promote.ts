import { environmentName } from '../../../core/environment-name.ts';
import { fail } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { type Known, openKnown } from '../../known.ts';
import { localRelease, requireProject } from '../../project/local-release.ts';
import { canAsk } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { applyPlanFile, rememberFolder } from './apply-plan.ts';
import { bring } from './bring.ts';
import type { Candidate } from './candidate.ts';
import { checkoutOf } from './checkout.ts';
import { onEnvironment } from './on-environment.ts';
import type { PlanFileFlags } from './push.ts';
import { type PromoteWish, relayedCandidate, releaseIn } from './relay.ts';
import { shownTarget } from './shown-target.ts';
import { onSource, type SourceHints, sourceOf } from './source.ts';
import { typedFlags } from './typed-flags.ts';

export interface PromoteFlags extends Omit<PlanFileFlags, 'force'> {
  readonly from?: string | undefined;
  /** `v1.2.3`, `#12`, or a digest or the beginning of one. */
  readonly release?: string | undefined;
  readonly any: boolean;
}

/**
 * `fm promote`: makes the release that is active in the environment before this one, or was, active here: the same bytes.
 * The target pulls it; one that does not know from where gets it from this command (DEPLOYMENT.md 4.8). Throws
 * FlowMasonError `SOURCE_MOVED`, `SOURCE_REFUSED`, `NEVER_ACTIVE`, `UPSTREAM_MISSING`, `UPSTREAM_FAILED`, and what else
 * keeps a plan from being applied.
 */
export async function promote(cwd: string, env: string, flags: PromoteFlags): Promise<Outcome> {
  const known = await openKnown(cwd);
  const { workspace } = known;
  const { plan } = flags;
  const isApplied = !flags['dry-run'] && flags['plan-out'] === undefined;
  const where = { command: 'promote', env, quiet: flags.json || !isApplied };
  return onEnvironment(workspace, where, async (target) =>
    plan === undefined ? promoteTo(known, target, flags) : applyPlanFile(known, target, plan, flags),
  );
}

async function promoteTo(known: Known, target: Target, flags: PromoteFlags): Promise<Outcome> {
  const { workspace, descriptors } = known;
  const { config } = requireProject(workspace);
  // Whoever looks at the plan decides; where nobody does, what was tested here is what is meant.
  const isMeant = flags.release === undefined && !flags.any && (flags.json || !canAsk());
  const expected = isMeant ? (await localRelease(workspace, descriptors)).release.digest : undefined;
  const wish = { project: config.name, release: flags.release, expected };
  const { upstream, promotes_from } = await target.client.call('GET /environment', {});
  const hints = { typed: flags.from, upstream, promotes_from };
  if (upstream !== null) {
    const release = wish.release === undefined ? undefined : await pulledRelease(known, target, wish.release, hints);
    return bringTo(known, target, pulledCandidate(wish, flags, release), flags, expected);
  }
  const source = sourceOf(workspace, target.name, hints) ?? unknownSource(target);
  const why = `${target.name} does not pull from ${source} itself`;
  return onSource(workspace, source, why, async (from) =>
    bringTo(known, target, await relayedCandidate(from, wish), flags, expected),
  );
}

async function bringTo(
  { workspace }: Known,
  target: Target,
  candidate: Candidate,
  flags: PromoteFlags,
  expected: Digest | undefined,
): Promise<Outcome> {
  const { root } = requireProject(workspace);
  const { outcome, deployed } = await bring(
    {
      target,
      shown: shownTarget(target, workspace),
      candidate,
      // Of another release than the files are it would be the wrong commit.
      checkout: expected === undefined ? undefined : checkoutOf(root),
      pruning: commandLine('promote', [target.name, '--prune']),
      flags: typedFlags(flags, ['from', 'release', 'any', 'prune', 'again']),
      next: [],
      headed: true,
    },
    { ...flags, force: false },
  );
  if (deployed) await rememberFolder(workspace, target, deployed.active.digest, deployed.active.number);
  return outcome;
}

function pulledCandidate(
  { project, expected }: PromoteWish,
  { from, any }: PromoteFlags,
  release: Digest | undefined,
): Candidate {
  const more = {
    ...(from === undefined ? undefined : { from: environmentName(from) }),
    ...(release === undefined ? undefined : { release }),
    ...(expected === undefined ? undefined : { expected }),
  };
  return { asked: { promote: { project, any, ...more } } };
}

const WHOLE = /^[0-9a-f]{64}$/;

/** A whole digest needs nobody to look it up. */
async function pulledRelease({ workspace }: Known, target: Target, word: string, hints: SourceHints): Promise<Digest> {
  if (WHOLE.test(word)) return word;
  const source = sourceOf(workspace, target.name, hints) ?? unknownSource(target);
  const { name } = requireProject(workspace).config;
  return onSource(workspace, source, `${word} is looked up in ${source}`, (from) => releaseIn(from, name, word));
}

function unknownSource({ name }: Target): never {
  fail('UPSTREAM_MISSING', `${name} does not say which environment its releases come from`, {
    hint: commandLine('promote', [name, '--from', 'staging']),
  });
}
