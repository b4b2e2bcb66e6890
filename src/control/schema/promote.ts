import * as v from 'valibot';
import { isObject, type JsonObject } from '../../core/json.ts';
import { DIGEST_TEXT } from '../../core/release/manifest-schema.ts';
import { FLAG, MANIFEST, PROJECT } from './release.ts';

const MOST_TEXT = 64_000;

export const EVIDENCE_KIND = v.pipe(
  v.string(),
  v.regex(/^[a-z][a-z0-9-]{0,63}$/, 'Expected lower-case letters, digits and `-`'),
);

export const EVIDENCE_CONTENT = v.pipe(
  v.custom<JsonObject>((value) => isObject(value), 'Expected an object'),
  v.check((content) => JSON.stringify(content).length <= MOST_TEXT, `Expected at most ${MOST_TEXT} characters of JSON`),
);

/** A release that whoever promotes brings along, where the server cannot pull it. Its pipelines are uploaded before. */
const RELAY = v.strictObject({
  /** The environment that it is active in. */
  from: v.pipe(v.string(), v.regex(/^[a-z][a-z0-9-]{0,63}$/, 'Expected the name of an environment')),
  manifest: MANIFEST,
  digest: DIGEST_TEXT,
  evidence: v.optional(
    v.pipe(v.array(v.strictObject({ kind: EVIDENCE_KIND, content: EVIDENCE_CONTENT })), v.maxLength(50)),
    [],
  ),
});

/** What to promote: what is active in the source, or a release that was. */
export const PROMOTE = v.pipe(
  v.strictObject({
    project: v.optional(PROJECT),
    release: v.optional(DIGEST_TEXT),
    /** The source that is meant. */
    from: v.optional(v.pipe(v.string(), v.maxLength(100))),
    /** The release that is believed to be active in the source. */
    expected: v.optional(DIGEST_TEXT),
    /** Whatever is active there. */
    any: FLAG,
    relay: v.optional(RELAY),
  }),
  v.check(
    ({ relay, release, from, project, expected }) =>
      relay === undefined || [release, from, project, expected].every((other) => other === undefined),
    'Expected `relay` alone: it says what is promoted and from where',
  ),
);

export type Promote = v.InferOutput<typeof PROMOTE>;
