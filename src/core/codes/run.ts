import type { CodeEntry } from './entry.ts';

/** Codes within the types of run errors: what happened in a run. */
export const RUN_CODES = {
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
} as const satisfies Record<string, CodeEntry>;
