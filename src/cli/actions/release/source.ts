import { environmentName } from '../../../core/environment-name.ts';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { requireProject } from '../../project/local-release.ts';
import { environments } from '../../project/target-names.ts';
import type { Workspace } from '../../project/workspace.ts';
import { openServerTarget } from '../../target.ts';

/** What says where releases of an environment come from, the first that does. */
export interface SourceHints {
  /** As somebody typed it. */
  readonly typed?: string | undefined;
  /** The server's upstream. */
  readonly upstream: string | null;
  /** The server's setting. */
  readonly promotes_from: string | null;
}

/**
 * The environment that releases come from: as typed, as the server says, as the project says, else the only other one
 * that is known here. Undefined when nothing says so.
 */
export function sourceOf(
  workspace: Workspace,
  target: string,
  { typed, upstream, promotes_from }: SourceHints,
): string | undefined {
  if (typed !== undefined) return environmentName(typed);
  const hint = requireProject(workspace).config.environments?.[target]?.promotes_from;
  const others = environments(workspace).filter((name) => name !== target);
  const only = others.length === 1 ? others[0] : undefined;
  return upstream ?? promotes_from ?? (hint === undefined ? only : environmentName(hint));
}

/** What says that this place cannot reach an environment at all. */
const UNKNOWN: ReadonlySet<string> = new Set(['NOT_FOUND', 'UNAUTHENTICATED', 'VARIABLE_UNSET']);

/**
 * Opens the source, works on it and closes it. Throws FlowMasonError `UPSTREAM_MISSING` when this place does not know its
 * address or key; `why` says what it is needed for.
 */
export async function onSource<T>(
  workspace: Workspace,
  source: string,
  why: string,
  work: (source: Target) => Promise<T>,
): Promise<T> {
  const opened = await open(workspace, source, why);
  try {
    return await work(opened);
  } finally {
    await opened.close();
  }
}

async function open(workspace: Workspace, source: string, why: string): Promise<Target> {
  try {
    return await openServerTarget(workspace, source);
  } catch (error) {
    if (!(error instanceof FlowMasonError) || !UNKNOWN.has(error.code)) throw error;
    return fail('UPSTREAM_MISSING', `${why}, and it cannot be reached from here: ${error.message}`, {
      hint: error.hint,
      details: { source },
    });
  }
}
