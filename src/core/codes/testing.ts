import type { CodeEntry } from './entry.ts';

/** Codes of `fm test`: what is wrong in test files, and how the command ends. */
export const TESTING_CODES = {
  UNKNOWN_MOCK: {
    exit: 3,
    http: 422,
    title: 'A mock stands for nothing',
    explanation:
      'The key of a mock is the path of a stage (`call/fetch`, `orders[1]/pay`), the id of a stage, or the name of a component that a stage has. The key that was written is none of them in the pipeline under test. Gates, delays, variables, returns and signals always run: mock what they read, and give signals their data in `signals`.',
    example:
      'wrong  "mocks": { "fetchh": { "output": { "status": 200 } } }\nright  "mocks": { "fetch": { "output": { "status": 200 } } }',
  },
  UNKNOWN_SIGNAL: {
    exit: 3,
    http: 422,
    title: 'No stage waits for this signal',
    explanation:
      'The keys of `signals` are the names of signals that stages of the pipeline wait for, or the paths of those stages. The hint names the nearest one.',
    example: 'wrong  "signals": { "aproval": { "ok": true } }\nright  "signals": { "approval": { "ok": true } }',
  },
  INVALID_PATH: {
    exit: 3,
    http: 422,
    title: 'The path of an assertion cannot be read',
    explanation:
      'A path begins with `output`, `stages.<id>`, `error`, `logs` or `usage`. Of a stage it reads `status`, `output`, `error`, `attempts` or `config`; a stage inside of an owner or of a called pipeline may be written with its path. Then come keys and indices as in `items[0].name` or `["my key"]`.',
    example: 'wrong  "path": "stages.fetch"\nright  "path": "stages.fetch.output.status"',
  },
  DUPLICATE_TEST: {
    exit: 3,
    http: 422,
    title: 'Two tests of a file have the same name',
    explanation:
      'Reports, snapshots and `--filter` know a test by its name, so that it must be unique in its file. The same holds for the cases of one test. Rename one of the two.',
    example:
      'wrong  { "name": "works" }, { "name": "works" }\nright  { "name": "works" }, { "name": "works without items" }',
  },
  TEST_FAILED: {
    exit: 1,
    http: 500,
    title: 'A test failed',
    explanation:
      'At least one test did not come to what it expects, or a mock was not used. Each failure is printed with its place in the test file and with what was expected and what came. `fm test --filter NAME` runs one test again.',
  },
  THRESHOLD_MISSED: {
    exit: 1,
    http: 500,
    title: 'The tests cover less than flowmason.json demands',
    explanation:
      'All tests passed, but the coverage is below a threshold in `testing.coverage` of flowmason.json. The coverage report lists what no test has met, by stage and line. Test it, or lower the threshold.',
    example: 'fm test --coverage --coverage-reporter html',
  },
  NO_TESTS: {
    exit: 4,
    http: 404,
    title: 'There is no test to run',
    explanation:
      'No test file was found, or none of the tests fits what was asked for (`--filter`, `--tag`, `--changed`, `--shard`). Tests are files `pipelines/<name>.test.json` or below `tests/`. `fm test --list` shows them; `fm test record last` makes one of a run.',
  },
  mock_missing: {
    exit: 1,
    http: 500,
    title: 'A stage would have left the machine in a test',
    explanation:
      'In tests a stage with effects runs only where a mock stands for it. The failure of the test has the mock to paste; `fm test --live` lets the stage really run.',
  },
  mock_used_up: {
    exit: 1,
    http: 500,
    title: 'A mock has no answer left',
    explanation:
      'A list of answers has one per attempt, and one more was asked for. Add an answer, or write one without a list: that stands for every attempt.',
  },
  mocked: {
    exit: 1,
    http: 500,
    title: 'A mock let the stage fail',
    explanation:
      'The test says that this stage fails, with the type of error that its mock names. Nothing outside was asked.',
  },
} as const satisfies Record<string, CodeEntry>;
