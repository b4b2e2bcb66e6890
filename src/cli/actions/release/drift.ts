import { environmentName } from '../../../core/environment-name.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { type Known, openKnown } from '../../known.ts';
import { type DriftView, driftText } from '../../print/release/drift-text.ts';
import { screenOf } from '../../print/screen.ts';
import { type LocalRelease, localRelease, requireProject } from '../../project/local-release.ts';
import { environmentOf, environments } from '../../project/target-names.ts';
import type { Workspace } from '../../project/workspace.ts';
import { say } from '../../terminal.ts';
import { commandLine } from '../../usage.ts';
import { loadActive } from './active.ts';
import { type Candidate, localCandidate } from './candidate.ts';
import { onEnvironment } from './on-environment.ts';
import { compare, planRelease } from './plan.ts';
import { relayedCandidate } from './relay.ts';
import { onSource } from './source.ts';

/**
 * `fm drift`: compares what is active in an environment with the environment before it, the first one with the files.
 * Without a name all that can be reached. The outcome fails with `DRIFT_FOUND`. Throws FlowMasonError `NOT_FOUND` where
 * there is nothing to compare with, `INVALID_FILE`, and what the servers throw.
 */
export async function drift(
  cwd: string,
  env: string | undefined,
  { json }: { readonly json: boolean },
): Promise<Outcome> {
  const known = await openKnown(cwd);
  const found: DriftView[] = [];
  for (const name of env === undefined ? reachable(known.workspace) : [env]) {
    const where = { command: 'drift', env: name, quiet: json };
    found.push(await onEnvironment(known.workspace, where, (target) => driftOf(known, target)));
  }
  const drifted = found.filter((one) => one.drifted);
  const screen = screenOf();
  return {
    json: { environments: found, drifted: drifted.length > 0 },
    text: found.map((one) => driftText(one, screen)).join('\n\n'),
    error: errorOf(drifted),
  };
}

function errorOf(drifted: readonly DriftView[]): FlowMasonError | undefined {
  const [first] = drifted;
  if (!first) return undefined;
  const what = drifted.map(({ environment, against }) => `${environment} is not what ${against} is`);
  return new FlowMasonError('DRIFT_FOUND', what.join('; '), { hint: remedy(first) });
}

/** What brings both together. */
export function remedy({ environment, against }: Pick<DriftView, 'environment' | 'against'>): string {
  return commandLine(against === 'files' ? 'deploy' : 'promote', [environment]);
}

/** Every environment whose address and key are set; of the others it says so. Throws FlowMasonError `NOT_FOUND`. */
function reachable(workspace: Workspace): string[] {
  requireProject(workspace);
  const names = environments(workspace).filter((name) => {
    try {
      environmentOf(workspace, name);
      return true;
    } catch (error) {
      if (!(error instanceof FlowMasonError)) throw error;
      say(`${name} is left out: ${error.message}`);
      return false;
    }
  });
  if (names.length > 0) return names;
  return fail('NOT_FOUND', 'No environment is set up here, so there is nothing to compare', {
    hint: 'fm config set staging.url https://…',
  });
}

async function driftOf(known: Known, target: Target): Promise<DriftView> {
  const { workspace, descriptors } = known;
  const project = requireProject(workspace).config;
  const { upstream, promotes_from } = await target.client.call('GET /environment', {});
  const hint = project.environments?.[target.name]?.promotes_from;
  const source = upstream ?? promotes_from ?? (hint === undefined ? undefined : environmentName(hint));
  if (source === undefined) return againstFiles(target, project.name, await localRelease(workspace, descriptors));
  const wish = { project: project.name, release: undefined, expected: undefined };
  try {
    return await onSource(workspace, source, `${source} is what ${target.name} is compared with`, async (from) =>
      against(target, project.name, source, await relayedCandidate(from, wish)),
    );
  } catch (error) {
    if (upstream === null || !(error instanceof FlowMasonError) || error.code !== 'UPSTREAM_MISSING') throw error;
    return asPlanned(target, project.name, source);
  }
}

function againstFiles(target: Target, project: string, local: LocalRelease): Promise<DriftView> {
  return against(target, project, 'files', localCandidate(local), local.release.digest);
}

async function against(
  target: Target,
  project: string,
  source: string,
  { asked, sent }: Candidate,
  digest?: Digest,
): Promise<DriftView> {
  const relayed = 'promote' in asked ? asked.promote.relay?.digest : undefined;
  const release = digest ?? relayed;
  if (!sent || release === undefined) return fail('INTERNAL', 'A comparison needs both sides');
  const active = await loadActive(target.client, project);
  return {
    environment: target.name,
    against: source,
    active: active ? { number: active.number, version: active.version, release: active.digest } : null,
    expected: { version: sent.manifest.version, release },
    drifted: active?.digest !== release,
    diff: await compare(target.client, active?.manifest, sent),
  };
}

/** The server itself reads from the environment before it: what it would promote is what is not the same. */
async function asPlanned(target: Target, project: string, source: string): Promise<DriftView> {
  const flags = { prune: false, force: false, again: false };
  const { plan, diff } = await planRelease(target, { asked: { promote: { project, any: true } } }, flags);
  const { base, release, active } = plan;
  return {
    environment: target.name,
    against: source,
    active: base && { number: base.number, version: base.version, release: base.release },
    expected: { version: release.version, release: release.digest },
    drifted: !active,
    diff,
  };
}
