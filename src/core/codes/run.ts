import type { CodeEntry } from './entry.ts';

/** Codes within the types of run errors: what happened in a run. */
export const RUN_CODES = {
  answer_invalid: {
    exit: 1,
    http: 502,
    title: 'The answer of a model does not fit the schema',
    explanation:
      'A language model was asked for data of a certain form and answered with something else. The stage is tried again by its `retry`. If it happens often, make the schema simpler, or describe its fields.',
  },
  component_missing: {
    exit: 1,
    http: 422,
    title: 'The component is not here',
    explanation:
      'The plan names a component that this process does not have: a plugin or a project component that is not installed where the run is executed. `fm components` lists what is.',
  },
  component_threw: {
    exit: 1,
    http: 422,
    title: 'The component threw an error of its own',
    explanation:
      "The code of the component ended with an exception. The message is the component's own. A component that wants to be understood throws a StageError with a type.",
  },
  component_without_run: {
    exit: 1,
    http: 500,
    title: 'The component cannot be run',
    explanation:
      'The component declares no `run` function. Only control components, which FlowMason itself runs, may leave it out.',
  },
  data_invalid: {
    exit: 1,
    http: 422,
    title: 'Data does not fit the schema of a schema-validate stage',
    explanation:
      'The stage checks its `data` against its `schema` and found mismatches; the message names the first ones, `details` all of them. Write `"on_invalid": "report"` to go on and read `errors` instead.',
  },
  finally_timeout: {
    exit: 1,
    http: 409,
    title: 'Finally stages took too long after a cancellation',
    explanation:
      'When a run is cancelled its finally stages still run, but for 30 seconds at most; then they are stopped as well.',
  },
  input_too_large: {
    exit: 1,
    http: 429,
    title: 'The input is too large',
    explanation:
      "The run's input is larger than the limit (4 MB of JSON, 256 levels). Put large data where a stage can fetch it, and pass its address.",
  },
  invalid_config: {
    exit: 1,
    http: 422,
    title: "A stage's resolved config does not fit its component",
    explanation:
      "After its templates were resolved, the stage's config does not fit the component's schema. The message names each field. `fm components show NAME` documents them.",
  },
  invalid_input: {
    exit: 1,
    http: 422,
    title: "The input does not fit the pipeline's schema",
    explanation:
      "The run's input was checked against the pipeline's `input` schema before any stage ran. The message lists every mismatch.",
  },
  invalid_output: {
    exit: 1,
    http: 422,
    title: 'A result does not fit its schema',
    explanation:
      "The pipeline's result does not fit its `output` schema, or a component's output does not fit the schema that the component declares.",
  },
  invalid_schema: {
    exit: 1,
    http: 422,
    title: 'A JSON Schema is not valid',
    explanation:
      "A schema has a keyword with a value that it can't have, a reference that leads nowhere, or a pattern that is no regular expression. Schemas are read as draft 2020-12; `$ref` stays within the schema; patterns are RE2.",
  },
  jmespath_function: {
    exit: 1,
    http: 422,
    title: 'A JMESPath function does not exist or is called wrongly',
    explanation:
      'The expression of a json-transform stage calls a function that JMESPath does not have, or with too few or too many arguments. The message names it.',
  },
  jmespath_syntax: {
    exit: 1,
    http: 422,
    title: 'A JMESPath expression can not be read',
    explanation:
      'The message says what is not expected, and at which character. Texts stand in single quotes, literals in backticks, names with odd characters in double quotes.',
  },
  jmespath_type: {
    exit: 1,
    http: 422,
    title: 'A JMESPath function or calculation met data of another type',
    explanation:
      'Functions check their arguments: `sum` takes numbers, `join` texts. The message names the function, the argument, what it takes and what it found. Filter or convert the data first, e.g. by `to_number`.',
  },
  jmespath_value: {
    exit: 1,
    http: 422,
    title: 'A JMESPath expression met a value that it can not work with',
    explanation:
      'A division by zero, a slice with the step 0, a variable that is not defined, a padding of two characters. The message says which.',
  },
  journal_lost: {
    exit: 1,
    http: 500,
    title: 'The run can no longer be recorded',
    explanation:
      "Writing the run's record failed, so nothing more was started. What was recorded before is intact: resume the run when the cause is mended.",
  },
  missing_names: {
    exit: 1,
    http: 422,
    title: 'Variables, secrets or components are missing',
    explanation:
      'Everything that the pipeline and the pipelines it calls name must exist before the first stage. The message lists all that is missing. Write `vars.?NAME.orValue(x)` for what may be absent.',
  },
  mock_no_sample: {
    exit: 1,
    http: 422,
    title: 'The mock model can not make up data for a schema',
    explanation:
      'The mock provider makes data up that conforms to the `schema` of the stage. What some keywords ask for (`not`, odd patterns) can be checked, but not made up: add `examples` or a `default` to that part of the schema.',
  },
  model_missing: {
    exit: 1,
    http: 422,
    title: 'No language model is named',
    explanation:
      'An AI stage takes its model from `config.model`, else from `ai.model` in flowmason.json, and neither is there. `mock/demo` works offline and without a key; it answers with made-up text and says so.',
  },
  model_unknown: {
    exit: 1,
    http: 422,
    title: 'There is no such language model',
    explanation:
      'A model is written `provider/model`. The message says which part is not known, and which providers there are.',
  },
  not_boolean: {
    exit: 1,
    http: 422,
    title: 'A condition gave something else than true or false',
    explanation:
      '`when`, `condition` and `until` must give a boolean. Nothing is converted silently: compare explicitly, such as `len(items) > 0`.',
  },
  output_not_json: {
    exit: 1,
    http: 422,
    title: "A component's output is not JSON",
    explanation: 'Outputs are recorded as JSON: no functions, symbols, bigints, NaN or infinities.',
  },
  output_too_large: {
    exit: 1,
    http: 429,
    title: 'An output is too large',
    explanation:
      'An output is larger than the limit (4 MB of JSON, 256 levels). Give a foreach a smaller `result`, or store the data elsewhere and pass its address.',
  },
  provider_unavailable: {
    exit: 1,
    http: 422,
    title: 'The provider is not available in this version',
    explanation:
      'The provider of the model is known, but this version of FlowMason has no connection to it. `mock/NAME` works offline and answers with made-up text; nothing is ever answered by the mock silently.',
  },
  returned: {
    exit: 1,
    http: 409,
    title: 'Another stage ended the pipeline by `return`',
    explanation: 'The stage was running when a `return` stage ended the pipeline, so it was stopped.',
  },
  run_cancelled: {
    exit: 1,
    http: 409,
    title: 'The run was cancelled',
    explanation:
      'Somebody stopped the run: Ctrl-C, a signal to the process, or a request. `fm run FILE --resume RUN` goes on from what was recorded.',
  },
  run_timeout: {
    exit: 1,
    http: 504,
    title: 'The run took longer than its timeout',
    explanation: 'The `timeout` of a pipeline is the wall clock of the whole run, waits included.',
  },
  schema_limit: {
    exit: 1,
    http: 429,
    title: 'Checking data against a schema takes too much',
    explanation:
      'A check may take 10 million steps and go 1,000 levels deep, which ordinary schemas stay far below. References that lead to the same schemas again and again, references that lead back to themselves, very large patterns and deeply nested data go beyond.',
  },
  secret_not_allowed: {
    exit: 1,
    http: 403,
    title: 'A secret may not be used here',
    explanation:
      'Secrets are revealed only inside config fields that the component marks for them (url, headers, query, body, auth, prompt) of stages that send them away.',
  },
  signal_timeout: {
    exit: 1,
    http: 504,
    title: 'Nobody answered in time',
    explanation:
      'A `signal` stage waited for its `timeout` and no data came. Catch it with `trycatch`, or give the stage `on_error: continue`, to go on without an answer.',
  },
  stage_ended: {
    exit: 1,
    http: 409,
    title: 'The stage has ended already',
    explanation:
      'A component went on after its attempt had ended, by its timeout or because the run was stopped, and asked for a request. Components should end when their `signal` aborts.',
  },
  stage_failed: {
    exit: 1,
    http: 409,
    title: 'Another stage failed',
    explanation: 'The stage was running when another one failed, so it was stopped.',
  },
  stage_timeout: {
    exit: 1,
    http: 504,
    title: 'A stage took longer than its timeout',
    explanation: 'The `timeout` of a stage is per attempt; 30 seconds unless it is written, 60 for AI stages.',
  },
  subpipeline_too_deep: {
    exit: 1,
    http: 429,
    title: 'Pipelines call each other too deep',
    explanation: 'Subpipelines may nest 16 deep. A pipeline that calls itself without an end is the usual cause.',
  },
  too_many_items: {
    exit: 1,
    http: 429,
    title: 'A foreach has too many items',
    explanation: 'A foreach takes 10,000 items at most. Split the list, or process it in pages with a loop.',
  },
  too_many_iterations: {
    exit: 1,
    http: 429,
    title: 'A loop did not end',
    explanation:
      'A loop without `max_iterations` may repeat 100 times. Write `max_iterations`, and `on_limit` for what is to happen there.',
  },
  worker_lost: {
    exit: 1,
    http: 500,
    title: 'Every worker that had the run was lost',
    explanation:
      'When a worker dies, hangs or loses its database, another one goes on with its runs. This run was begun again and again, and each time its worker was lost, so it was given up before it harms more of them. Often a stage needs more memory than the worker may have. Look into the logs of the workers, then go on from what was recorded with `fm runs resume RUN`.',
    example: 'fm workers list --env production\nfm runs resume RUN --env production',
  },
} as const satisfies Record<string, CodeEntry>;
