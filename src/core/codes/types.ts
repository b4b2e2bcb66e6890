import type { CodeEntry } from './entry.ts';

/** The types of run errors (PIPELINES.md 4). `INTERNAL` stands with the codes of commands. */
export const TYPE_CODES = {
  VALIDATION: {
    exit: 1,
    http: 422,
    title: 'Data does not fit what was declared',
    explanation:
      "A pipeline's input, a stage's resolved config, or the run's result does not fit its schema. It is never retried: the same data would fail again. The message names the field, what was expected and what came.",
  },
  EXPRESSION: {
    exit: 1,
    http: 422,
    title: 'An expression or a JMESPath could not be evaluated',
    explanation:
      'An expression read something that is missing, mixed types that do not go together, divided by zero, or met a limit. It is never retried. Guard optional data with `has(a.b)`, `a.?b.orValue(x)` or `default(a.b, x)`.',
  },
  CONFIGURATION: {
    exit: 1,
    http: 422,
    title: 'Something that the pipeline needs is not set up here',
    explanation:
      'A variable, a secret, a component, a subpipeline or a provider key that the pipeline names does not exist where it runs. All that is missing is listed before the first stage starts. It is never retried.',
  },
  COMPONENT: {
    exit: 1,
    http: 422,
    title: 'A component failed',
    explanation:
      'The component that the stage runs reported an error, threw, or gave an output that is not JSON or does not fit its own schema. For http-request it is an unexpected status; `details` has the status and the body.',
  },
  CONNECTIVITY: {
    exit: 1,
    http: 502,
    title: 'The other side cannot be reached',
    explanation:
      'A name was not found, a connection was refused, reset or cut short, or TLS failed. It is retried where the stage has attempts left.',
  },
  TIMEOUT: {
    exit: 1,
    http: 504,
    title: 'It took too long',
    explanation:
      "A stage, a signal or the whole run did not finish within its `timeout`. A stage's timeout is per attempt, and it is retried where the stage has attempts left; the timeout of a run ends the run, and its finally stages still run.",
  },
  RATE_LIMIT: {
    exit: 1,
    http: 429,
    title: 'The other side asks for fewer calls',
    explanation:
      'A server answered 429. `Retry-After` is honoured up to `retry.max_delay`; beyond it the retrying ends.',
  },
  PROVIDER: {
    exit: 1,
    http: 502,
    title: 'The other side failed',
    explanation: 'A server answered 408 or 5xx. It is retried where the stage has attempts left.',
  },
  SECURITY: {
    exit: 1,
    http: 403,
    title: 'It is not allowed',
    explanation:
      'A secret was used where it may not be shown, a reserved variable was read as a secret, or an address may not be reached. It is never retried.',
  },
  QUOTA: {
    exit: 1,
    http: 429,
    title: 'A limit was met',
    explanation:
      'Data is too large, a list too long, pipelines call each other too deep, or a loop did not end. Limits keep one pipeline from taking a machine down; a project may lower them. It is never retried.',
  },
  CANCELLED: {
    exit: 1,
    http: 409,
    title: 'It was stopped',
    explanation:
      'The run was cancelled, or another stage ended it first. Finally stages run, 30 seconds at most. A cancelled run can be resumed from what it had recorded.',
  },
} as const satisfies Record<string, CodeEntry>;
