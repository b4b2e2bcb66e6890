import * as v from 'valibot';
import type { ReleaseDiff } from '../release/diff-release.ts';
import { ANY_OBJECT, ANYTHING, COUNT, DIGEST_VIEW, list, said, shape, TEXT_OR_NULL } from './shape.ts';

/** What differs between two releases, as it crosses the wire. */

const PLACE = list(v.union([v.string(), v.number()]));

const CHANGE = shape({
  path: said(PLACE, 'From the object that is compared'),
  before: said(v.exactOptional(ANYTHING), 'Absent: it was added'),
  after: said(v.exactOptional(ANYTHING), 'Absent: it was removed'),
  gained: said(v.exactOptional(list(ANYTHING)), 'Of a list whose order means nothing: what is new in it'),
  lost: v.exactOptional(list(ANYTHING)),
});

const WARNING = {
  code: v.picklist(['VERSION_NOT_BUMPED', 'BREAKING_INPUT', 'BREAKING_OUTPUT']),
  message: v.string(),
  hint: v.exactOptional(v.string()),
  path: PLACE,
  reason: v.exactOptional(
    v.picklist([
      'additional-refused',
      'alternatives-changed',
      'bounds-changed',
      'condition-changed',
      'pattern-changed',
      'property-removed',
      'required-added',
      'required-dropped',
      'schema-removed',
      'type-narrowed',
      'type-widened',
      'values-narrowed',
      'values-widened',
    ]),
  ),
  before: v.exactOptional(ANYTHING),
  after: v.exactOptional(ANYTHING),
};

const TRIGGER = { id: v.string(), type: v.string(), definition: ANY_OBJECT };
const CHANGES = { id: v.string(), changes: list(CHANGE) };
const OF_PIPELINE = { pipeline: v.string() };

const STAGE = shape({ id: v.string(), component: v.string(), definition: ANY_OBJECT });
const STAGE_PLACE = shape({
  owner: said(
    v.nullable(shape({ stage: v.string(), list: v.string() })),
    'The stage whose list it stands in; null in the main graph',
  ),
  gate: said(v.nullable(shape({ stage: v.string(), branches: list(v.string()) })), 'Null: it is always reached'),
});

const PIPELINE_DIFF = shape({
  fields: said(list(CHANGE), 'Of the pipeline itself: everything but stages and triggers'),
  stages: shape({
    added: list(STAGE),
    removed: list(STAGE),
    changed: list(shape(CHANGES)),
    renamed: list(shape({ from: v.string(), to: v.string() })),
    moved: list(shape({ id: v.string(), from: STAGE_PLACE, to: STAGE_PLACE })),
  }),
  triggers: shape({ added: list(shape(TRIGGER)), removed: list(shape(TRIGGER)), changed: list(shape(CHANGES)) }),
  warnings: list(shape(WARNING)),
});

const PIPELINE_ENTRY = shape({ name: v.string(), digest: DIGEST_VIEW, version: TEXT_OR_NULL, stages: COUNT });

const NAMES = { gained: list(v.string()), lost: list(v.string()) };

export const RELEASE_DIFF: v.GenericSchema<ReleaseDiff> = shape({
  version: shape({ before: TEXT_OR_NULL, after: v.string() }),
  pipelines: shape({
    added: list(PIPELINE_ENTRY),
    removed: list(PIPELINE_ENTRY),
    changed: list(shape({ name: v.string(), before: DIGEST_VIEW, after: DIGEST_VIEW, diff: PIPELINE_DIFF })),
    unchanged: list(v.string()),
  }),
  triggers: shape({
    added: list(shape({ ...OF_PIPELINE, ...TRIGGER })),
    removed: list(shape({ ...OF_PIPELINE, ...TRIGGER })),
    changed: list(shape({ ...OF_PIPELINE, ...CHANGES })),
  }),
  settings: list(CHANGE),
  needs: shape({
    vars: shape(NAMES),
    secrets: shape(NAMES),
    optional_secrets: shape(NAMES),
    trigger_vars: shape(NAMES),
    trigger_secrets: shape(NAMES),
    components: shape({
      ...NAMES,
      changed: list(shape({ name: v.string(), before: v.string(), after: v.string() })),
    }),
  }),
  warnings: list(shape({ ...OF_PIPELINE, ...WARNING })),
});
