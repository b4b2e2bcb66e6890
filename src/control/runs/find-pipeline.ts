import { fail } from '../../core/errors.ts';
import { quote, quoteList } from '../../core/quote.ts';
import { nearest } from '../../core/suggest.ts';
import type { ActivePipeline } from '../../store/releases.ts';
import type { ControlPlane } from '../control.ts';

/** Which release of a pipeline; without either, the one that is active. */
export interface Wanted {
  readonly version?: string | undefined;
  readonly release?: string | undefined;
}

/**
 * What a pipeline's name means here: in the release that is active, in the newest once active one of that version, or in
 * a release that was once active. Throws FlowMasonError `NOT_FOUND` with the nearest active names, `USAGE` for both.
 */
export async function findPipeline(control: ControlPlane, name: string, wanted: Wanted): Promise<ActivePipeline> {
  const { store, environment } = control;
  const { version, release } = wanted;
  if (version !== undefined && release !== undefined) {
    fail('USAGE', 'A run is of a version or of a release, and the call names both', { hint: 'Leave one of them out.' });
  }
  const active = await store.releases.activePipeline(environment, name);
  if (version === undefined && release === undefined) return active ?? notActive(control, name);
  const found = await store.releases.onceActive(environment, name, wanted);
  if (found) return found;
  if (!active) return notActive(control, name);
  const which = version === undefined ? `in release ${release}` : `in version ${quote(version)}`;
  return fail('NOT_FOUND', `${quote(name)} was never active ${which} in ${environment}; active is ${active.version}`, {
    hint: `fm history ${control.kind === 'org' ? '--org' : '--env'} ${control.kind === 'org' ? 'NAME' : environment}`,
    details: { pipeline: name, active: active.version },
  });
}

async function notActive({ store, environment, kind }: ControlPlane, name: string): Promise<never> {
  const names = await store.releases.activeNames(environment);
  const close = nearest(name, names);
  const there = names.length === 0 ? 'nothing was deployed yet' : `there are ${quoteList(names)}`;
  const deploy = kind === 'org' ? 'fm push' : `fm deploy ${environment}`;
  fail('NOT_FOUND', `No pipeline ${quote(name)} is active in ${environment}; ${there}`, {
    hint: close === undefined ? deploy : `Did you mean \`${close}\`?`,
    details: { pipeline: name, nearest: close ?? null, active: names.slice(0, 100) },
  });
}
