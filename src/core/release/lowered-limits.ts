import { own } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { ReleaseManifest } from './manifest.ts';

/** A host's limits, where the release does not have lower ones. */
export function loweredLimits(limits: Limits, { settings }: Pick<ReleaseManifest, 'settings'>): Limits {
  const entries = Object.entries(limits).map(([name, most]) => {
    const wanted = own(settings.limits ?? {}, name);
    return [name, typeof wanted === 'number' ? Math.min(wanted, most) : most];
  });
  // The names are those of the limits.
  return Object.fromEntries(entries) as unknown as Limits;
}
