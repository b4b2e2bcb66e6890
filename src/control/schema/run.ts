import * as v from 'valibot';
import { parseTypedDuration } from '../../core/duration.ts';
import type { Json } from '../../core/json.ts';
import { DIGEST_TEXT } from '../../core/release/manifest-schema.ts';
import { LIMIT, whole } from './query.ts';

/** Parts of the inputs of verbs about runs. */

/** Ids are made here, or by whoever starts a run. They name folders, so there is one spelling of each. */
const RUN_ID = /^[a-z0-9][a-z0-9_-]{0,63}$/;

/** Of a run that exists: what no run can be called is not found, so a bound is enough. */
export const RUN = v.pipe(v.string(), v.minLength(1), v.maxLength(100));

export const NEW_RUN_ID = v.pipe(
  v.string(),
  v.regex(RUN_ID, 'Expected up to 64 lower-case letters, digits, `-` and `_`'),
  v.check((id) => id !== 'last', 'Expected an id; `last` stands for the newest run'),
);

/** The name of a pipeline. What no pipeline can be called is not found. */
export const PIPELINE = v.pipe(v.string(), v.minLength(1), v.maxLength(200));

export const VERSION = v.pipe(v.string(), v.minLength(1), v.maxLength(256));

/** Any value of a body; `bodyJson` has its type. */
export const ANY_JSON = v.unknown();

export function bodyJson(value: unknown): Json {
  // A body was parsed from JSON.
  return value as Json;
}

const STATUSES = ['queued', 'running', 'waiting', 'succeeded', 'failed', 'cancelled'] as const;
const STATUS = v.picklist(STATUSES, `Expected one of ${STATUSES.join(', ')}`);

/** States of runs: a list, or in a query a text with commas. */
export const STATUS_LIST = v.union([
  v.array(STATUS),
  v.pipe(
    v.string(),
    v.transform((text) => text.split(',')),
    v.array(STATUS),
  ),
]);

const LONGEST_WAIT = 60_000;

/** How long to wait for the end of a run: `30s`, or seconds as a number. Milliseconds. */
export const WAIT = v.pipe(
  v.union([v.string(), v.number()]),
  v.transform(parseTypedDuration),
  v.number('Expected a time such as 30s'),
  v.maxValue(LONGEST_WAIT, 'Expected 60s or less'),
);

/** Which runs a list or a bulk call is about. */
export const RUN_FILTER = v.strictObject({
  pipeline: v.optional(PIPELINE),
  status: v.optional(STATUS_LIST),
  release: v.optional(DIGEST_TEXT),
  version: v.optional(VERSION),
  /** Accepted then or later, epoch milliseconds. */
  since: v.optional(whole(0, Number.MAX_SAFE_INTEGER)),
});

/** Where the page before has ended. */
export const CURSOR = v.optional(v.pipe(v.string(), v.maxLength(200)));

/** Only says what would be done. */
export const DRY_RUN = v.optional(v.boolean(), false);

/** What every bulk call takes: one page of runs, the newest first. */
export const BULK = { filter: RUN_FILTER, cursor: CURSOR, limit: LIMIT, dry_run: DRY_RUN };

/** The release that a run goes on with, or is started anew with: its own, or the one that is active now. */
export const WHICH_RELEASE = v.optional(v.picklist(['same', 'active'], 'Expected same or active'), 'same');

/** Values by place in an input, e.g. `user.name`. */
export const SET = v.optional(v.record(v.pipe(v.string(), v.minLength(1), v.maxLength(1_000)), ANY_JSON), {});

/** Ids or paths of stages. */
export const FROM = v.optional(v.pipe(v.array(v.pipe(v.string(), v.maxLength(1_000))), v.maxLength(100)), []);
