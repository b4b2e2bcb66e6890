import type { CodeEntry } from './entry.ts';

const INVALID = { exit: 3, http: 422 } as const;

/** Codes of how the stages of a pipeline hang together. */
export const GRAPH_CODES = {
  UNKNOWN_STAGE: {
    ...INVALID,
    title: 'There is no stage of that id',
    explanation:
      'A `depends_on`, an expression or a list of stages names an id that no stage of the file has. Ids are case-sensitive. The hint names the nearest one. An id in an expression is literal: `stages.fetch` or `stages["my-id"]`, never `stages[input.x]`.',
    example: `wrong  "depends_on": ["fetchh"]
right  "depends_on": ["fetch"]`,
  },
  CYCLE: {
    ...INVALID,
    title: 'Stages wait for each other',
    explanation:
      'A stage waits for whatever it names in `depends_on` and in expressions, and for its gate. The message prints the circle: each stage waits for the next one. What a body reads outside, its owner (foreach, loop, trycatch) waits for, so a circle may lead through a body. Remove one of the dependencies; in a loop, `context.previous` holds what the iteration before gave.',
    example: `wrong  { "id": "a", "depends_on": ["b"] }, { "id": "b", "depends_on": ["a"] }
right  { "id": "a" }, { "id": "b", "depends_on": ["a"] }`,
  },
  OWNED_STAGE: {
    ...INVALID,
    title: 'A stage inside of another one is read from outside',
    explanation:
      'foreach, loop and trycatch own the stages that they list: these may run many times or not at all, so that nobody outside could say which output is meant. Read the output of the owner. A list sees itself and the enclosing graphs; catch stages also see the try stages, finally stages see both.',
    example: `wrong  "{{ stages.charge.output.id }}"          (charge stands in loop_stages of orders)
right  "{{ stages.orders.output.results }}"`,
  },
  TWO_OWNERS: {
    ...INVALID,
    title: 'A stage is owned twice',
    explanation:
      'A stage stands in the lists of at most one foreach, loop or trycatch, and only in one of them. Where two need the same work, give each its own stage, or put the work into a pipeline that both call with `subpipeline`.',
  },
  TWO_GATES: {
    ...INVALID,
    title: 'A stage has two gates',
    explanation:
      'A stage is a branch of at most one conditional or router; several routes of one router may share it. Use `when` for a second condition.',
  },
  GATE_SCOPE: {
    ...INVALID,
    title: 'A gate and its branch are in different lists',
    explanation:
      'A conditional or router lets stages run in the list where it stands itself. A stage that another list owns is out of its reach. Put both into the same list; a branch that no list names goes where its gate is.',
  },
  LISTED_TWICE: {
    ...INVALID,
    title: 'An id is listed twice',
    explanation:
      'The same id stands twice in one list, or in both branches of a conditional. Lists are sets, so the second one means nothing; a stage in both branches needs no gate.',
  },
  JOIN_REQUIRED: {
    ...INVALID,
    title: 'Branches meet, and it is not said what that means',
    explanation:
      'The stage depends on branches of one conditional or router that never run together, so some of them are always skipped. With `"join": "any"` it runs when any of them ran, with `"join": "all"` only when none was skipped. The choice has to be written, because either would surprise somebody.',
    example: `wrong  { "id": "merge", "component": "logger", "depends_on": ["yes", "no"] }
right  { "id": "merge", "component": "logger", "depends_on": ["yes", "no"], "join": "any" }`,
  },
  NEVER_RUNS: {
    ...INVALID,
    title: 'A stage can never run (warning)',
    explanation:
      'What the stage needs excludes each other: branches of one gate with `"join": "all"`, or a branch together with a stage of another branch. It will be skipped in every run. Write `"join": "any"` or take a dependency away.',
  },
  UNORDERED_EFFECTS: {
    ...INVALID,
    title: 'Two stages with effects have no order (warning)',
    explanation:
      'A list of stages is a set, not a sequence: two stages of it without a dependency between them run at the same time. Both of these touch the world outside, so the order may matter. Add `depends_on` to the later one.',
    example: `wrong  "loop_stages": ["charge", "ship"]
right  "loop_stages": ["charge", "ship"]   with   { "id": "ship", "depends_on": ["charge"] }`,
  },
  UNUSED_RETURN: {
    ...INVALID,
    title: 'Nothing waits for a return (warning)',
    explanation:
      'A `return` with a condition ends the run early, or lets it go on. When nothing depends on it, the other stages do not wait for the decision and may have run before it falls. Let the stages that should not run after a return depend on it.',
  },
  UNKNOWN_VARIABLE: {
    ...INVALID,
    title: 'No stage sets that variable',
    explanation:
      '`context.vars.<name>` is what a `variable-set` stage of that name has set. It is seen in the list of that stage and in the lists inside of it, never outside. The variables of the environment are another root: `vars.<name>`.',
    example: `wrong  "{{ context.vars.total }}"   (nothing sets total)
right  { "id": "set-total", "component": "variable-set", "config": { "name": "total", "value": 3 } }`,
  },
  DUPLICATE_VARIABLE: {
    ...INVALID,
    title: 'A variable is set twice',
    explanation:
      'In one list a variable has one setter, so that everybody who reads it knows which stage to wait for. Choose the value inside of one `variable-set` with `a ? b : c`, or use two names. An inner list may set a variable of the same name; it hides the outer one.',
  },
  UNKNOWN_CONTEXT: {
    ...INVALID,
    title: '`context` has no such field here',
    explanation:
      '`context` always has run_id, pipeline, version, release, environment, tenant, attempt, started_at and vars. Inside of a foreach it also has the item (`item`, or what `item_variable` names), the index and `total`; inside of a loop `iteration` and `previous`; in catch and finally lists `error`.',
  },
  UNKNOWN_PIPELINE: {
    ...INVALID,
    title: 'There is no such pipeline',
    explanation:
      'A `subpipeline` stage or `on_failure` names a pipeline that is not in the project, or none of the version that it asks for. A pipeline calls pipelines of its own project only, and they travel in the same release.',
  },
  CALL_INPUT: {
    ...INVALID,
    title: 'A pipeline is called with an input that cannot fit',
    explanation:
      "The input of a `subpipeline` stage or of `on_failure` can never fit the `input` schema of the pipeline that it calls, whatever its templates give. The message names the field and what the called pipeline's schema wants.",
  },
} as const satisfies Record<string, CodeEntry>;
