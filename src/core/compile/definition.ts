import type { JsonObject } from '../json.ts';
import { NEVER_RETRIED } from '../run.ts';

/**
 * The fixed part of a pipeline file (PIPELINES.md 1 and 2) as JSON Schema 2020-12: what the checker reads and what
 * editors get. `$ref`s name the rules of `kinds.ts`; for editors `editor-schema.ts` adds their approximations.
 */
const ref = (name: string, description: string): JsonObject => ({ $ref: `#/$defs/${name}`, description });
const text = (description: string): JsonObject => ({ type: 'string', description });

const RETRY: JsonObject = {
  type: 'object',
  description: 'Repeats the stage when it fails with one of the types in `on`.',
  additionalProperties: false,
  properties: {
    max_attempts: {
      type: 'integer',
      minimum: 1,
      description: 'How often the stage runs at most, the first time included.',
    },
    delay: ref('duration', 'Wait before the second attempt. Default 1 s.'),
    factor: { type: 'number', minimum: 1, description: 'Every further wait is this many times longer. Default 2.' },
    max_delay: ref('duration', 'No wait is longer. Default 30 s.'),
    jitter: {
      type: 'boolean',
      description: 'Waits vary at random, so that many runs do not come back at once. Default true.',
    },
    on: {
      type: 'array',
      items: { $ref: '#/$defs/retriedType' },
      description: `Error types that are repeated. Default TIMEOUT, CONNECTIVITY, RATE_LIMIT, PROVIDER; never ${[...NEVER_RETRIED].join(', ')}.`,
    },
  },
};

const CACHE: JsonObject = {
  type: 'object',
  description: 'Reuses the output of an equal earlier success instead of running the stage.',
  additionalProperties: false,
  required: ['ttl'],
  properties: {
    ttl: { ...ref('timeout', 'How long an output may be reused.'), examples: ['1h'] },
    key: text('A template: stages with the same component and key are equal. Default: the whole resolved config.'),
  },
};

/** A stage; `config` is checked by component. */
export const STAGE: JsonObject = {
  type: 'object',
  title: 'Stage',
  additionalProperties: false,
  required: ['id', 'component'],
  properties: {
    id: ref('id', 'Unique in the file; expressions read `stages.<id>.output`.'),
    component: {
      type: 'string',
      minLength: 1,
      description: 'What the stage runs; `fm components` lists them.',
      examples: ['http-request'],
    },
    config: { type: 'object', description: "The component's settings; strings may hold {{ expressions }}." },
    depends_on: {
      type: 'array',
      items: { type: 'string' },
      description: 'Ids of stages that must be finished first. Stages that expressions name are added by themselves.',
    },
    join: {
      type: 'string',
      enum: ['all', 'any'],
      description:
        'When dependencies were skipped: `all` (default) skips the stage if any was, `any` only if all were.',
    },
    when: ref('condition', 'An expression; false skips the stage.'),
    timeout: ref('timeout', 'How long one attempt may take.'),
    retry: RETRY,
    on_error: {
      type: 'string',
      enum: ['fail', 'continue'],
      description: '`continue`: the run goes on, the output is null.',
    },
    cache: CACHE,
    enabled: { type: 'boolean', description: 'false skips the stage.' },
    name: text('For people.'),
    description: text('For people.'),
  },
};

const CONCURRENCY: JsonObject = {
  type: 'object',
  description: 'How many runs go on at a time in one environment.',
  additionalProperties: false,
  required: ['limit'],
  properties: {
    limit: { type: 'integer', minimum: 1, description: 'Runs at a time, per value of `key`.', examples: [1] },
    key: ref('expression', 'An expression over `input` and `context`.'),
    on_limit: {
      type: 'string',
      enum: ['queue', 'reject'],
      description: 'What becomes of a run beyond the limit. Default `queue`.',
    },
  },
};

const ON_FAILURE: JsonObject = {
  type: 'object',
  description: 'A pipeline that is started once when a run fails.',
  additionalProperties: false,
  required: ['pipeline'],
  properties: {
    pipeline: ref('name', 'Its name.'),
    input: { description: 'Its input, a template; sees `error`, `context` and `input`.' },
  },
};

const TRIGGER_INPUT: JsonObject = { description: "The run's input, a template; sees `trigger` and `vars`." };

export const SCHEDULE: JsonObject = {
  type: 'object',
  title: 'Schedule',
  additionalProperties: false,
  required: ['type', 'id', 'cron'],
  properties: {
    type: { const: 'schedule' },
    id: ref('id', 'Unique among the triggers.'),
    cron: { ...text('Minute, hour, day of month, month, day of week.'), minLength: 1, examples: ['0 6 * * 1-5'] },
    timezone: text('An IANA name. Default UTC.'),
    missed: {
      type: 'string',
      enum: ['skip', 'once', 'all'],
      description: 'Times that passed while nothing ran. Default `skip`.',
    },
    input: TRIGGER_INPUT,
  },
};

const SIGNATURE: JsonObject = {
  type: 'object',
  description: 'How the sender proves itself; the signature is over the raw bytes.',
  additionalProperties: false,
  required: ['scheme'],
  properties: {
    scheme: { type: 'string', enum: ['hmac', 'github', 'stripe', 'none'], examples: ['github'] },
    header: { ...text('The header that carries the signature.'), minLength: 1 },
    algorithm: { type: 'string', enum: ['sha256', 'sha384', 'sha512', 'sha1'] },
    secret: {
      ...text('The shared secret, as {{ secrets.NAME }}.'),
      minLength: 1,
      examples: ['{{ secrets.WEBHOOK_SECRET }}'],
    },
    encoding: { type: 'string', enum: ['hex', 'base64'] },
    prefix: text('Stands before the signature in the header, e.g. `sha256=`.'),
    tolerance: ref('timeout', 'How old a signed time may be, and how long a signature counts no second time.'),
  },
};

export const WEBHOOK: JsonObject = {
  type: 'object',
  title: 'Webhook',
  additionalProperties: false,
  required: ['type', 'id', 'path', 'signature'],
  properties: {
    type: { const: 'webhook' },
    id: ref('id', 'Unique among the triggers.'),
    path: { ...text('The last part of the URL `/hooks/<hook-id>/<path>`.'), minLength: 1, examples: ['orders'] },
    method: { type: 'string', enum: ['POST', 'PUT', 'PATCH', 'GET', 'DELETE'], description: 'Default POST.' },
    signature: SIGNATURE,
    dedupe: {
      type: 'object',
      description: 'A repeated key within `ttl` answers with the first run.',
      additionalProperties: false,
      required: ['key'],
      properties: {
        key: {
          ...text('A template over `trigger`.'),
          minLength: 1,
          examples: ["{{ trigger.headers['x-request-id'] }}"],
        },
        ttl: ref('timeout', 'How long a key is remembered.'),
      },
    },
    input: TRIGGER_INPUT,
  },
};

export const PIPELINE: JsonObject = {
  type: 'object',
  title: 'Pipeline',
  additionalProperties: false,
  required: ['name', 'stages'],
  properties: {
    $schema: text('Where editors find the schema; ignored otherwise.'),
    name: { ...ref('name', "Equals the file's name: `<name>.pipeline.json`."), examples: ['my-pipeline'] },
    version: ref('version', 'A semantic version. Default 0.1.0.'),
    description: text('For people.'),
    tags: { type: 'array', items: { type: 'string' }, description: 'For people.' },
    owner: text('For people: who looks after it.'),
    input: ref('schema', 'JSON Schema of the input; `default`s fill what is absent. Default: any object.'),
    output: ref('schema', 'JSON Schema that the result must fit.'),
    result: {
      description: 'What a run returns, a template. Default: the output of the only final stage, or of each by id.',
    },
    stages: { type: 'array', items: { $ref: '#/$defs/stage' }, minItems: 1, description: 'The stages, in any order.' },
    timeout: ref('timeout', 'Wall clock of the whole run, waits included.'),
    concurrency: CONCURRENCY,
    max_parallel: { type: 'integer', minimum: 1, description: 'Stages at a time in one run. Default 10.' },
    priority: { type: 'integer', minimum: 0, maximum: 9, description: 'Higher runs are taken first. Default 5.' },
    pool: { ...text('Workers of this pool take the runs.'), minLength: 1 },
    on_failure: ON_FAILURE,
    triggers: {
      type: 'array',
      items: { $ref: '#/$defs/trigger' },
      description: 'What starts runs once the pipeline is deployed.',
    },
  },
  $defs: { stage: STAGE, trigger: { oneOf: [SCHEDULE, WEBHOOK] } },
};

/** Fields by name, for hints. */
export const STAGE_FIELDS: ReadonlySet<string> = new Set(Object.keys(propertiesOf(STAGE)));

export function propertiesOf(schema: JsonObject): JsonObject {
  // Written above as an object in every schema of this file.
  return schema.properties as JsonObject;
}
