import { type Json, type JsonObject, type JsonPath, own } from '../json.ts';
import { quote } from '../quote.ts';

/** What makes a schema refuse data that it took, or give data that it did not give. */
export type BreakingReason =
  | 'additional-refused'
  | 'alternatives-changed'
  | 'bounds-changed'
  | 'condition-changed'
  | 'pattern-changed'
  | 'property-removed'
  | 'required-added'
  | 'required-dropped'
  | 'schema-removed'
  | 'type-narrowed'
  | 'type-widened'
  | 'values-narrowed'
  | 'values-widened';

/** Something to know before a release is deployed. Nobody is kept from deploying it. */
export interface ReleaseWarning {
  /** A code that `fm explain` documents. */
  readonly code: 'VERSION_NOT_BUMPED' | 'BREAKING_INPUT' | 'BREAKING_OUTPUT';
  readonly message: string;
  readonly hint?: string;
  /** In the new definition; where the place is gone, in the old one. */
  readonly path: JsonPath;
  /** Of the two breaking ones. */
  readonly reason?: BreakingReason;
  readonly before?: Json;
  readonly after?: Json;
}

const DEFAULT_VERSION = '0.1.0';

/** The warning that a pipeline changed and its version did not (DEPLOYMENT.md 4.1). */
export function versionWarning(before: JsonObject, after: JsonObject): ReleaseWarning[] {
  const [old, current] = [before, after].map((definition) => String(own(definition, 'version') ?? DEFAULT_VERSION));
  if (old !== current || current === undefined) return [];
  return [
    {
      code: 'VERSION_NOT_BUMPED',
      message: `The pipeline changed and its version is still ${quote(current)}`,
      hint: 'Raise `version` in its file, so that history and runs tell the two apart',
      path: ['version'],
    },
  ];
}
