import type { DeploymentView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import type { Digest } from '../../../core/release/digest.ts';
import type { ReleaseWord } from '../../../core/release/release-word.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { ActiveRelease } from './active.ts';

/** A release that was deployed somewhere. */
export interface FoundRelease {
  readonly digest: Digest;
  readonly version: string;
  /** Of the newest deployment of it. */
  readonly number: number;
}

const PAGE = 500;

/**
 * The release of a project that a word names in the history of a target. A version is the newest release of that version
 * there. Throws FlowMasonError `NOT_FOUND`, `USAGE` for a digest that begins several.
 */
export async function findRelease(
  target: Target,
  project: string,
  word: ReleaseWord,
  active: Pick<ActiveRelease, 'digest' | 'version' | 'number'> | undefined,
): Promise<FoundRelease> {
  if (word.kind === 'active') return active ?? notThere(target, project, 'active release');
  const found = new Map<Digest, FoundRelease>();
  for await (const { number, release, version } of succeeded(target, project)) {
    const fits =
      word.kind === 'deployment'
        ? number === word.number
        : word.kind === 'version'
          ? version === word.version
          : release.startsWith(word.prefix);
    if (fits && !found.has(release)) found.set(release, { digest: release, version, number });
    if (found.size > 0 && word.kind !== 'digest') break;
  }
  const [first, ...others] = found.values();
  if (!first) return notThere(target, project, shownWord(word));
  if (others.length === 0) return first;
  const digests = [...found.keys()].map((digest) => digest.slice(0, 16)).join(', ');
  return fail('USAGE', `${shownWord(word)} could be ${found.size} releases: ${digests}`, {
    hint: 'Type more of the digest',
  });
}

/** Every deployment that became active, the newest first. */
async function* succeeded({ client }: Target, project: string): AsyncGenerator<DeploymentView> {
  for (let before: number | undefined; ; ) {
    const page = await client.call('GET /deployments', {
      project,
      limit: String(PAGE),
      ...(before === undefined ? undefined : { before: String(before) }),
    });
    yield* page.deployments.filter(({ status }) => status === 'succeeded');
    const last = page.deployments.at(-1);
    if (page.next === null || !last) return;
    before = last.number;
  }
}

export function shownWord(word: ReleaseWord): string {
  switch (word.kind) {
    case 'active':
      return 'active release';
    case 'version':
      return `release v${word.version}`;
    case 'deployment':
      return `deployment #${word.number}`;
    case 'digest':
      return `release ${word.prefix}…`;
  }
}

function notThere({ kind, name, label }: Target, project: string, what: string): never {
  fail('NOT_FOUND', `There is no ${what} of ${project} in the history of ${label}`, {
    hint: `fm history ${kind === 'org' ? '--org' : '--env'} ${name}`,
  });
}
