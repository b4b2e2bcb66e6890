import type { Kind } from '../../core/compile/fit.ts';
import { KINDS } from '../../core/compile/kinds.ts';
import { parseDuration } from '../../core/duration.ts';
import type { JsonObject, JsonSchema } from '../../core/json.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { quoteValue } from '../../core/quote.ts';

const text = (description: string, more: JsonObject = {}): JsonObject => ({ type: 'string', description, ...more });
const flag = (description: string): JsonObject => ({ type: 'boolean', description });
const percent = (description: string): JsonObject => ({ type: 'number', minimum: 0, maximum: 100, description });

function object(description: string, properties: JsonObject, more: JsonObject = {}): JsonObject {
  return { type: 'object', description, properties, additionalProperties: false, ...more };
}

const LIMITS: Record<string, string> = {
  file_bytes: 'Bytes of a pipeline file.',
  nesting: 'Levels of nesting in a pipeline file.',
  stages: 'Stages of a pipeline.',
  input_bytes: "Bytes of JSON of a run's input.",
  output_bytes: 'Bytes of JSON of one output.',
  foreach_items: 'Items of one foreach.',
  subpipeline_depth: 'How deep pipelines may call each other.',
};

const limits = Object.fromEntries(
  Object.entries(DEFAULT_LIMITS).map(([name, most]) => [
    name,
    { type: 'integer', minimum: 1, maximum: most, description: `${LIMITS[name]} At most ${most}, the default.` },
  ]),
);

const local = object('This machine.', {
  database: { $ref: '#/$defs/database' },
  vars: { type: 'object', description: 'Values of `vars.NAME` in local runs.' },
});

const remote = object('A server.', {
  url: { $ref: '#/$defs/url' },
  api_key: text('The key for it. Name an environment variable, never write the key itself.', {
    examples: ['${FM_KEY}'],
  }),
  promotes_from: text('A hint for plans: the environment whose releases come here.'),
  protected: flag('A hint for plans: releases come by promotion only.'),
  immutable_versions: flag('A hint for plans: a version names one release for ever.'),
  requires: {
    type: 'array',
    items: { type: 'string', enum: ['tests'] },
    description: 'A hint for plans: evidence that a release must have.',
  },
});

const threshold = { stages: percent('Percent of stages.'), branches: percent('Percent of branches.') };

/** The JSON Schema of `flowmason.json`, for checking it and for editors. */
export const PROJECT_SCHEMA: JsonSchema = {
  $schema: 'https://json-schema.org/draft/2020-12/schema',
  title: 'flowmason.json',
  ...object(
    'A FlowMason project.',
    {
      $schema: text('For editors; FlowMason ignores it.'),
      name: { $ref: '#/$defs/name' },
      version: { $ref: '#/$defs/version' },
      description: text('What the project is for.'),
      environments: {
        type: 'object',
        description: 'Where releases go, by name.',
        properties: { local },
        additionalProperties: remote,
      },
      secrets: object('Where secrets come from.', {
        backend: { type: 'string', enum: ['env', 'aws', 'vault'], description: 'The back end; default `env`.' },
        aws_region: text('Region of AWS Secrets Manager.'),
        vault_addr: { $ref: '#/$defs/url' },
      }),
      ai: object('AI stages.', { model: { $ref: '#/$defs/model' } }),
      testing: object('`fm test`.', {
        coverage: object('Least coverage; less fails `fm test --coverage`.', {
          ...threshold,
          pipelines: {
            type: 'object',
            description: 'Of single pipelines, by name; `*` is for each that has none of its own.',
            additionalProperties: object('Least coverage of a pipeline.', threshold),
          },
        }),
      }),
      runs: object('The record of local runs.', { keep: { $ref: '#/$defs/keep' } }),
      limits: object('Lower limits than the defaults.', limits),
      plugins: {
        type: 'array',
        items: { type: 'string', minLength: 1 },
        description: 'Packages in node_modules that bring commands or components.',
      },
    },
    { required: ['name'] },
  ),
  $defs: {
    name: text('Lower-case words joined by `-`, `_` or `.`.', {
      pattern: '^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$',
      maxLength: 100,
      examples: ['my-project'],
    }),
    version: text('Semantic version of the project; default 0.1.0.', { examples: ['1.0.0'] }),
    model: text('`provider/model` of AI stages that name none.', { examples: ['openai/gpt-5-mini', 'mock/echo'] }),
    url: text('An address that begins with https:// or http://.', { examples: ['https://flowmason.example.com'] }),
    database: text('`sqlite:///file` beside flowmason.json, or `sqlite:////absolute/file`.'),
    keep: {
      type: ['integer', 'string'],
      minimum: 1,
      description: 'Finished local runs that are kept: how many (default 100), or for how long (`"30d"`).',
    },
  },
};

const NAME = /^[a-z][a-z0-9]*([-_.][a-z0-9]+)*$/;
const MODEL = /^[a-z][a-z0-9-]*\/\S+$/;

/** The named rules of `PROJECT_SCHEMA`, which say more than a schema can. Also used for settings. */
export const PROJECT_KINDS: Readonly<Record<string, Kind>> = {
  name: (value) =>
    typeof value === 'string' && value.length <= 100 && NAME.test(value)
      ? undefined
      : misfit(
          'must be lower-case words joined by `-`, `_` or `.`, at most 100 characters',
          value,
          'e.g. `my-project`',
        ),
  version: (value) => KINDS.version?.(value),
  model: (value) =>
    typeof value === 'string' && MODEL.test(value)
      ? undefined
      : misfit('must be `provider/model`', value, 'e.g. `openai/gpt-5-mini`, or `mock/echo` offline'),
  url: (value) =>
    typeof value === 'string' && isWebAddress(value)
      ? undefined
      : misfit(
          'must be an address that begins with https:// or http://',
          value,
          'e.g. `https://flowmason.example.com`',
        ),
  database: (value) =>
    typeof value === 'string' && /^sqlite:\/\/\/.+/.test(value)
      ? undefined
      : misfit('must begin with `sqlite:///`', value, 'e.g. `sqlite:///flowmason.db`'),
  keep: (value) => {
    const whole = typeof value === 'number' && Number.isInteger(value) && value >= 1;
    const lasting = typeof value === 'string' && (parseDuration(value) ?? 0) > 0;
    return whole || lasting ? undefined : misfit('must be a number of runs or a duration', value, 'e.g. 100 or "30d"');
  },
};

function misfit(expected: string, value: unknown, hint: string) {
  return { code: 'INVALID_VALUE', message: `${expected}, found ${quoteValue(value)}`, hint };
}

function isWebAddress(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:');
}
