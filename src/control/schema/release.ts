import * as v from 'valibot';
import { isObject } from '../../core/json.ts';
import type { ReleaseManifest } from '../../core/release/manifest.ts';
import { MOST_PIPELINES, PIPELINE_NAME } from '../../core/release/manifest-schema.ts';
import { whole } from './query.ts';

/** Parts of the inputs of verbs about releases and deployments. */

/** The name of a project. What no project can be called is not found, so a bound is enough. */
export const PROJECT = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

export const NUMBER = whole(1, Number.MAX_SAFE_INTEGER);

/** What people say about a deployment. Control characters other than line ends and tabs would garble terminals. */
export const MESSAGE = v.pipe(
  v.string(),
  v.maxLength(4_000),
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is refused
  v.regex(/^[^\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]*$/, 'Expected text without control characters'),
);

/** With `-dirty` behind it when the files were not those of the commit. */
export const COMMIT = v.pipe(
  v.string(),
  v.regex(/^[0-9a-f]{7,64}(-dirty)?$/, 'Expected a commit: 7 to 64 hexadecimal digits'),
);

export const AUTHOR = v.pipe(
  v.string(),
  v.maxLength(256),
  v.regex(/^\P{Cc}*$/u, 'Expected one line without control characters'),
);

export const FLAG = v.optional(v.boolean(), false);

/** Looked at by `nameRelease`, which says `RELEASE_INVALID` of what is none. */
export const MANIFEST = v.custom<ReleaseManifest>((value) => isObject(value), 'Expected the manifest of a release');

/** As control planes make them. */
export const PLAN_ID = v.pipe(v.string(), v.regex(/^[\w-]{1,100}$/, 'Expected the id of a plan'));

/** A version as people write it: `1.2.3` or `v1.2.3`. */
export const VERSION_WORD = v.pipe(
  v.string(),
  v.maxLength(257),
  v.regex(/^v?\d/, 'Expected a version such as 1.2.3'),
  v.transform((text) => text.replace(/^v/, '')),
);

/** How a plan is applied, and what people say about it. */
export const APPLY = {
  /** Names whose removal is agreed to. */
  consent: v.optional(v.pipe(v.array(PIPELINE_NAME), v.maxLength(MOST_PIPELINES)), []),
  message: v.optional(MESSAGE),
  commit: v.optional(COMMIT),
  commit_author: v.optional(AUTHOR),
  force: FLAG,
  again: FLAG,
};
