import * as v from 'valibot';
import { dictionary } from '../dictionary.ts';
import { DEFAULT_LIMITS } from '../limits.ts';
import { DIGEST } from './digest.ts';
import type { ReleaseManifest } from './manifest.ts';

/** Bounds of what a server takes. An environment may have lower quotas. */
export const MOST_PIPELINES = 10_000;
const MOST_COMPONENTS = 1_000;
const MOST_NAMES = 10_000;
const LONGEST_NAME = 100;
const LONGEST_TEXT = 256;

export const PIPELINE_NAME = v.pipe(
  v.string(),
  v.maxLength(LONGEST_NAME),
  v.regex(/^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$/, 'Expected lower-case words joined by `-`, `_` or `.`'),
);
const VERSION = v.pipe(
  v.string(),
  v.maxLength(LONGEST_TEXT),
  v.regex(/^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?(\+[0-9A-Za-z.-]+)?$/, 'Expected a semantic version'),
);
export const DIGEST_TEXT = v.pipe(v.string(), v.regex(DIGEST, 'Expected 64 lower-case hexadecimal digits'));
const TEXT = v.pipe(v.string(), v.minLength(1), v.maxLength(LONGEST_TEXT));

/** Sorted and without repetitions, so that equal needs have equal digests. */
const NAMES = v.pipe(
  v.array(TEXT),
  v.maxLength(MOST_NAMES),
  v.check((names) => names.every((name, i) => i === 0 || String(names[i - 1]) < name), 'Expected sorted names'),
);

/** A project lowers limits; only an environment raises one. */
const LIMITS = v.strictObject(
  Object.fromEntries(
    Object.entries(DEFAULT_LIMITS).map(([name, most]) => [
      name,
      v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1), v.maxValue(most))),
    ]),
  ),
);

/** The manifest of a release as it comes over the wire: nothing unknown in it, everything of bounded size. */
export const MANIFEST_SCHEMA = v.strictObject({
  format: v.literal(1),
  project: PIPELINE_NAME,
  version: VERSION,
  pipelines: v.pipe(dictionary(DIGEST_TEXT, PIPELINE_NAME), v.maxEntries(MOST_PIPELINES)),
  settings: v.strictObject({
    ai: v.optional(v.strictObject({ model: v.optional(TEXT) })),
    limits: v.optional(LIMITS),
  }),
  requires: v.strictObject({
    vars: NAMES,
    secrets: NAMES,
    optional_secrets: NAMES,
    triggers: v.strictObject({ vars: NAMES, secrets: NAMES }),
  }),
  components: v.pipe(dictionary(VERSION, TEXT), v.maxEntries(MOST_COMPONENTS)),
});

/** What is wrong with a manifest, with the place: `pipelines.etl: Expected …`. */
export interface ManifestIssue {
  readonly path: readonly string[];
  readonly message: string;
}

/** A manifest that nobody vouches for: the manifest, or what is wrong with it. Says nothing about the pipelines in it. */
export function parseManifest(
  value: unknown,
): { readonly manifest: ReleaseManifest; readonly issues?: undefined } | { readonly issues: readonly ManifestIssue[] } {
  const { success, output, issues } = v.safeParse(MANIFEST_SCHEMA, value);
  // The schema is that of a manifest; its limits have the names of `Limits`.
  if (success) return { manifest: output as ReleaseManifest };
  return {
    issues: issues.map(({ path, message }) => ({ path: (path ?? []).map(({ key }) => String(key)), message })),
  };
}
