import { durationSchema } from '../../core/compile/editor-schema.ts';
import type { Kind } from '../../core/compile/fit.ts';
import { KINDS } from '../../core/compile/kinds.ts';
import type { JsonObject } from '../../core/json.ts';
import { quoteValue } from '../../core/quote.ts';
import { ERROR_TYPES } from '../../core/run.ts';
import { FORMATS } from '../../core/schema/formats.ts';
import { CHECKS } from '../assert/checks.ts';

const text = (description: string, more: JsonObject = {}): JsonObject => ({ type: 'string', description, ...more });
const flag = (description: string): JsonObject => ({ type: 'boolean', description });

function object(description: string, properties: JsonObject, more: JsonObject = {}): JsonObject {
  return { type: 'object', description, properties, additionalProperties: false, ...more };
}

function list(items: JsonObject, description: string, more: JsonObject = {}): JsonObject {
  return { type: 'array', items, description, ...more };
}

const ERROR_TYPE: JsonObject = { type: 'string', enum: [...ERROR_TYPES] };

const ANSWER: JsonObject = {
  anyOf: [
    object(
      'The attempt succeeds.',
      { output: { description: 'What the stage gives, or as much of it as is read.' } },
      {
        required: ['output'],
      },
    ),
    object(
      'The attempt fails.',
      {
        error: object(
          'Why.',
          {
            type: {
              ...ERROR_TYPE,
              description: 'Decides whether it is retried and caught.',
              examples: ['CONNECTIVITY'],
            },
            message: text('For people.'),
            code: text('A code within the type. Default `mocked`.'),
            details: { description: 'As `error.details` has it.' },
            retry_after: { $ref: '#/$defs/duration', description: 'What `Retry-After` would have said.' },
          },
          { required: ['type'], examples: [{ type: 'CONNECTIVITY', message: 'down' }] },
        ),
      },
      { required: ['error'] },
    ),
  ],
};

const MOCKS: JsonObject = {
  type: 'object',
  description:
    'What stands for stages, by path (`call/fetch`, `orders[1]/pay`), else by id, else by component: one answer for every attempt, or a list with one for each.',
  additionalProperties: {
    anyOf: [{ $ref: '#/$defs/answer' }, list({ $ref: '#/$defs/answer' }, 'One per attempt.', { minItems: 1 })],
  },
};

/** Fields of the surroundings, in `setup`, a test and a case alike. */
const SURROUNDINGS: JsonObject = {
  vars: { type: 'object', description: 'Variables, over `environments.local.vars`.' },
  secrets: {
    type: 'object',
    additionalProperties: { type: ['string', 'null'] },
    description: 'Secrets; one that is not given reads `test-NAME`, null means that there is none.',
  },
  now: { $ref: '#/$defs/timestamp', description: 'When the run starts.' },
  environment: text('What `context.environment` says. Default `local`.', { minLength: 1 }),
  mocks: MOCKS,
};

const SNAPSHOT: JsonObject = object('One value.', {
  path: text('What is compared: `output` (default) or another path.'),
  ignore: list(text('`items[*].id`'), 'Paths inside of it that may differ; `[*]` is any item, `*` any key.'),
});

const ASSERTION: JsonObject = object('What has to hold of one value; several checks must all hold.', {
  path: text('`output…`, `stages.<id>.status|output|error|attempts|config…`, `error…`, `logs…`, `usage…`.', {
    minLength: 1,
    examples: ['output.total'],
  }),
  ...Object.fromEntries(Object.entries(CHECKS).map(([name, { schema }]) => [name, schema])),
  exists: flag('Whether there is such a value; null is one.'),
  expression: text('A CEL expression over `value`, `output`, `stages`, `error`, `logs`, `usage`, `input`, `vars`.', {
    minLength: 1,
  }),
});

/** What a case may say in the place of its test. */
const CASE: JsonObject = {
  input: { description: "The run's input." },
  config: { type: 'object', description: 'Config of the component under test; may hold templates over `input`.' },
  ...SURROUNDINGS,
  signals: { type: 'object', description: "Data by the signal's name, or by the path of the stage that waits for it." },
  assertions: list({ $ref: '#/$defs/assertion' }, 'What has to hold.'),
  expectError: {
    description: 'The run has to fail, and so.',
    anyOf: [
      ERROR_TYPE,
      object('', {
        type: ERROR_TYPE,
        code: text('The code within the type.'),
        message: text('A part of the message.'),
        stage: text('The stage that fails.'),
      }),
    ],
  },
  snapshot: {
    description: 'Compared with what was stored; `fm test --update-snapshots` stores it anew.',
    anyOf: [{ type: 'boolean' }, { $ref: '#/$defs/snapshot' }, list({ $ref: '#/$defs/snapshot' }, 'Several.')],
  },
  skip: {
    description: 'Leaves it out; a text says why.',
    anyOf: [{ type: 'boolean' }, text('Why.', { minLength: 1 })],
  },
};

const NAME = text('Unique in the file.', { minLength: 1, maxLength: 200, examples: ['happy path'] });

const TEST: JsonObject = object(
  'One run and what has to hold of it.',
  {
    name: NAME,
    description: text('For people.'),
    ...CASE,
    only: flag('Runs this test alone while you work on it.'),
    tags: list(text('For `--tag`.', { minLength: 1 }), 'For `--tag`.'),
    timeout: { $ref: '#/$defs/timeout', description: 'Real time that it may take. Default 10 s.' },
    cases: list({ $ref: '#/$defs/case' }, 'A table: the test runs once per case, with what the case says.', {
      minItems: 1,
    }),
  },
  { required: ['name'] },
);

/** The JSON Schema of test files (PIPELINES.md 7), for checking them and for editors. */
export const TEST_FILE: JsonObject = {
  title: 'FlowMason test file',
  ...object(
    'Tests of one pipeline or component.',
    {
      $schema: text('Where editors find the schema; ignored otherwise.'),
      name: { ...NAME, description: 'What reports call the file.' },
      description: text('For people.'),
      pipeline: text("The pipeline's name.", { minLength: 1, examples: ['my-pipeline'] }),
      component: text("The component's name, when a single component is tested.", { minLength: 1 }),
      tags: list(text('For `--tag`.', { minLength: 1 }), 'Tags of every test.'),
      timeout: { $ref: '#/$defs/timeout', description: 'Real time that each test may take.' },
      setup: object('What all tests share.', SURROUNDINGS),
      tests: list({ $ref: '#/$defs/test' }, 'The tests.', { minItems: 1 }),
    },
    { required: ['name', 'tests'] },
  ),
  $defs: {
    answer: ANSWER,
    assertion: ASSERTION,
    case: object('One row of the table.', { name: { ...NAME, description: 'Default: its number.' }, ...CASE }),
    snapshot: SNAPSHOT,
    test: TEST,
    duration: durationSchema({ minimum: 0 }),
    timeout: durationSchema({ exclusiveMinimum: 0 }),
    timestamp: { type: 'string', format: 'date-time', examples: ['2026-01-31T09:00:00Z'] },
  },
};

/** The rules that a JSON Schema can only hint at. */
export const TEST_KINDS: Readonly<Record<string, Kind>> = {
  duration: (value) => KINDS.duration?.(value),
  timeout: (value) => KINDS.timeout?.(value),
  timestamp: (value) => {
    if (typeof value === 'string' && FORMATS['date-time']?.test(value)) return undefined;
    const message = `must be a timestamp with a zone (RFC 3339), found ${quoteValue(value)}`;
    return { code: 'INVALID_VALUE', message, hint: 'e.g. `"2026-01-31T09:00:00Z"`' };
  },
};

/** The JSON Schema of test files for editors. */
export function testJsonSchema(): JsonObject {
  return { $schema: 'https://json-schema.org/draft/2020-12/schema', ...TEST_FILE };
}
