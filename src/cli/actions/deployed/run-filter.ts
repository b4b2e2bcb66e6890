import { parseReleaseWord } from '../../../core/release/release-word.ts';
import type { RunStatus } from '../../../core/run.ts';
import { systemClock } from '../../../hosts/node/clock.ts';
import { findActive } from '../release/active.ts';
import { findRelease } from '../release/find-release.ts';
import { sinceOf } from '../since.ts';
import type { RunsThere } from './on-runs.ts';

/** Which runs are meant, as it was typed. */
export interface FilterFlags {
  readonly pipeline?: string | undefined;
  readonly status?: readonly RunStatus[] | undefined;
  readonly since?: string | undefined;
  readonly release?: string | undefined;
}

/** The same as a control plane takes it. */
export interface ApiFilter {
  readonly pipeline?: string;
  readonly status?: RunStatus[];
  readonly since?: number;
  readonly version?: string;
  readonly release?: string;
}

const FULL = /^[0-9a-f]{64}$/i;
/** Throws FlowMasonError `USAGE` for a time or a release of the wrong form, `NOT_FOUND` for a release that was never there. */
export async function filterOf(there: RunsThere, flags: FilterFlags): Promise<ApiFilter> {
  const { pipeline, status, since, release } = flags;
  return {
    ...(pipeline === undefined ? {} : { pipeline }),
    ...(status === undefined ? {} : { status: [...status] }),
    ...(since === undefined ? {} : { since: sinceOf(since, systemClock.now()) }),
    ...(release === undefined ? {} : await releaseOf(there, release)),
  };
}

async function releaseOf(
  { target, project }: RunsThere,
  text: string,
): Promise<Pick<ApiFilter, 'version' | 'release'>> {
  const word = parseReleaseWord(text);
  if (word.kind === 'version') return { version: word.version };
  if (FULL.test(text)) return { release: text.toLowerCase() };
  const active = word.kind === 'active' ? await findActive(target.client, project()) : undefined;
  return { release: (await findRelease(target, project(), word, active)).digest };
}
