import { DOCUMENT_CODES } from './document.ts';
import type { CodeEntry } from './entry.ts';
import { GRAPH_CODES } from './graph.ts';

const INVALID = { exit: 3, http: 422 } as const;

/** Codes of the fields of a pipeline file. */
const FIELD_CODES = {
  UNKNOWN_FIELD: {
    ...INVALID,
    title: 'A field that is not known there',
    explanation:
      'Every field of a pipeline file has a meaning, so that a typing mistake is found and not ignored. The hint names the nearest field, or all that are known there. Settings of a component stand inside of `config`; `timeout`, `retry`, `when`, `cache` and `depends_on` stand beside it. `fm components show NAME` documents a config.',
    example: `wrong  { "id": "a", "component": "logger", "mesage": "hi" }
right  { "id": "a", "component": "logger", "config": { "message": "hi" } }`,
  },
  REQUIRED_FIELD: {
    ...INVALID,
    title: 'A field is missing',
    explanation:
      'The object lacks a field that it cannot do without; the hint shows how to add it. A stage needs `id` and `component`; what a config needs is documented by `fm components show NAME`.',
  },
  WRONG_TYPE: {
    ...INVALID,
    title: 'A value of the wrong type',
    explanation:
      'The field takes another type of value: a list where a text stands, a number in quotes, an object where only an expression makes sense. A template alone in its string may give any type and is checked when the stage runs; a template with text around it always gives text.',
    example: `wrong  "depends_on": "fetch"
right  "depends_on": ["fetch"]`,
  },
  INVALID_VALUE: {
    ...INVALID,
    title: 'A value that is not allowed',
    explanation:
      'The value has the right type, but it is none of those that the field knows, or it is out of bounds. The message lists what is allowed.',
  },
  INVALID_NAME: {
    ...INVALID,
    title: 'A name of the wrong form',
    explanation:
      'Names of pipelines are lower-case letters and digits in words joined by `-`, `_` or `.`, they begin with a letter and have at most 100 characters. Variables of a foreach are letters, digits and `_`, because expressions read them as `context.<name>`.',
    example: `wrong  "name": "My Pipeline"
right  "name": "my-pipeline"`,
  },
  NAME_MISMATCH: {
    ...INVALID,
    title: "The pipeline's name is not the file's name",
    explanation:
      'A pipeline `x` lives in `x.pipeline.json`, so that whoever reads a name knows the file. Rename one of the two.',
  },
  RESERVED_NAME: {
    ...INVALID,
    title: 'A name that means something else already',
    explanation:
      'A route may not be called `default`, which is what runs when no route matches. The item and the index of a foreach may not be called like another field of `context` (`run_id`, `vars`, `total`, `error`, …), nor like each other.',
  },
  INVALID_ID: {
    ...INVALID,
    title: 'An id of the wrong form',
    explanation:
      'Ids are letters, digits, `_` and `-` and begin with a letter, so that expressions can name them; `in`, `true`, `false` and `null` mean something else there. An id with `-` is read as `stages["my-id"]`.',
  },
  DUPLICATE_ID: {
    ...INVALID,
    title: 'Two of the same id',
    explanation:
      'Ids of stages are unique in the whole file, also over the bodies of foreach, loop and trycatch, because they name the stage in expressions, records and tests. Ids of triggers are unique among the triggers.',
  },
  INVALID_VERSION: {
    ...INVALID,
    title: 'Not a semantic version, or not a range of them',
    explanation:
      'The version of a pipeline is a semantic version: three numbers, and optionally a pre-release and build. The `version` of a subpipeline stage is a range of such versions.',
    example: `wrong  "version": "1.0"
right  "version": "1.0.0"`,
  },
  INVALID_DURATION: {
    ...INVALID,
    title: 'Not a duration',
    explanation:
      'A duration is a number of seconds, or one decimal number and one unit: ms, s, m, h or d. It is never negative, and a timeout is more than zero. Templates are only for values inside of `config`.',
    example: `wrong  "timeout": "5 minutes"
right  "timeout": "5m"`,
  },
  TOO_MANY_STAGES: {
    ...INVALID,
    title: 'Too many stages',
    explanation:
      'A pipeline has at most 2,000 stages; an environment may allow more. Stages that do the same for many items are one stage in a `foreach`; parts that stand alone become pipelines, called with `subpipeline`.',
  },
  UNKNOWN_COMPONENT: {
    ...INVALID,
    title: 'There is no such component',
    explanation:
      'The component is neither built in, nor in the `components` folder of the project, nor in a plugin that is installed. `fm components` lists all that are there. Names are written with hyphens; `http_request` is read as `http-request`.',
  },
  RETRY_NOT_ALLOWED: {
    ...INVALID,
    title: 'A control stage cannot be retried',
    explanation:
      'Control stages decide about other stages, and repeating the decision would repeat these as well. Write `retry` in the stages themselves. Only `subpipeline` can be retried as a whole.',
  },
  NEVER_RETRIED: {
    ...INVALID,
    title: 'An error type that is never retried',
    explanation:
      'Errors of the types VALIDATION, EXPRESSION, SECURITY, CONFIGURATION, QUOTA and CANCELLED would come again with the same input, so `retry.on` cannot list them. Remove the type from the list; to go on in spite of the error, write `"on_error": "continue"` or wrap the stage in a trycatch.',
  },
  CACHE_NOT_ALLOWED: {
    ...INVALID,
    title: 'The output of this component cannot be cached',
    explanation:
      'Control stages, `signal`, `delay`, `logger` and `variable-set` matter for what they do, not for their output: taking it from a cache would leave the work undone. Remove `cache`, or set it on the stages that do the costly work.',
  },
  INVALID_SCHEMA: {
    ...INVALID,
    title: 'Not a JSON Schema',
    explanation:
      'Schemas in a pipeline are JSON Schema, draft 2020-12. Only references inside of the schema itself (`#/$defs/…`) are followed. Misspelt keywords are reported, because a keyword that nobody knows would check nothing; annotations of your own begin with `x-`.',
    example: `wrong  { "type": "object", "propertys": { "url": { "type": "text" } } }
right  { "type": "object", "properties": { "url": { "type": "string" } } }`,
  },
  INVALID_JMESPATH: {
    ...INVALID,
    title: 'Not a JMESPath expression',
    explanation:
      'The `expression` of json-transform is JMESPath (https://jmespath.site), not the language of templates: it is applied to `data` as it is. The message names the character at which it cannot be read, or the function that does not exist.',
    example: `wrong  "expression": "orders[?paid"
right  "expression": "orders[?paid].id"`,
  },
  INVALID_CRON: {
    ...INVALID,
    title: 'Not a cron pattern',
    explanation:
      'A schedule is written as five fields: minute, hour, day of month, month, day of week. `*/5` means every fifth, `1-5` a range, `1,15` a list; names such as `MON` or `JAN` are allowed.',
    example: `wrong  "cron": "every day at 6"
right  "cron": "0 6 * * *"`,
  },
  INVALID_TIMEZONE: {
    ...INVALID,
    title: 'There is no such time zone',
    explanation:
      'Time zones are named as in the IANA database: `UTC`, `Europe/Berlin`, `America/New_York`. A local time that a clock change skips fires in the next minute, one that it repeats fires once.',
  },
  WRITTEN_SECRET: {
    ...INVALID,
    title: 'A secret stands in the file (warning)',
    explanation:
      'Whoever can read the file or its history can read the secret. Set it in the environment instead and write `{{ secrets.NAME }}`: it is read when it is needed, and masked wherever it would be shown.',
  },
} as const satisfies Record<string, CodeEntry>;

/** Codes of problems in pipeline files: the document, its fields, its graph. */
export const PIPELINE_CODES = { ...DOCUMENT_CODES, ...FIELD_CODES, ...GRAPH_CODES };
