import * as v from 'valibot';
import { AT, AT_OR_NULL, COUNT, list, said, shape, TEXT_OR_NULL } from './shape.ts';

/** What crosses the wire about an environment itself (DEPLOYMENT.md 2, 4.12). Times in epoch milliseconds. */

/** What an environment demands, and whose it is. */
export const ENVIRONMENT_VIEW = shape({
  name: v.string(),
  tenant: TEXT_OR_NULL,
  kind: said(v.picklist(['org', 'server']), 'An org belongs to one person, a server to whoever has a key'),
  protected: said(v.boolean(), 'Releases come by promotion only'),
  promotes_from: said(TEXT_OR_NULL, 'The environment that releases have to come from'),
  immutable_versions: said(v.boolean(), 'A version names one release for ever'),
  requires: said(list(v.string()), 'Evidence that a release needs, e.g. `tests`'),
  upstream: said(TEXT_OR_NULL, 'The environment that this one pulls releases from when they are promoted'),
  revision: said(COUNT, 'Counts up at every change of the settings; 0 before the first'),
  updated_at: AT,
  lock: v.nullable(
    shape({
      holder: v.string(),
      reason: v.string(),
      locked_at: AT,
      expires_at: said(AT_OR_NULL, 'Null: until it is unlocked'),
    }),
  ),
});
export type EnvironmentView = v.InferOutput<typeof ENVIRONMENT_VIEW>;

export const UNLOCKED_VIEW = shape({
  name: v.string(),
  unlocked: said(v.boolean(), 'False: it was not locked'),
});
export type UnlockedView = v.InferOutput<typeof UNLOCKED_VIEW>;
