import type { EndEntry } from '../core/journal.ts';
import { isObject, type Json, type JsonObject } from '../core/json.ts';
import { MASK } from '../core/mask.ts';
import type { PlannedStage } from '../core/plan.ts';
import type { RunOutcome } from '../core/run.ts';
import { equal } from './assert/compare.ts';
import { type Plans, StageFinder } from './suite/reference.ts';

/** A finished run, as it was recorded. */
export interface RunToTest {
  readonly plans: Plans;
  readonly input: Json;
  readonly vars: Readonly<Record<string, Json>>;
  readonly ends: Iterable<EndEntry>;
  readonly outcome: RunOutcome;
}

/** A stage that has ended, with its plan. */
interface Ended {
  readonly end: EndEntry;
  readonly stage: PlannedStage;
  /** Its path without indices; of the pipeline's own stages the id. */
  readonly key: string;
}

/**
 * A test that runs the same again, ready to edit: what its stages with effects gave as mocks, the data of its signals,
 * its result as an assertion. A secret that the record shows as `***` is named where only one can be meant.
 */
export function testOf(run: RunToTest, name: string): JsonObject {
  const { plans, input, outcome } = run;
  const ended = [...endedStages(run)];
  const needed = new Set([...plans.all.values()].flatMap(({ requires }) => requires.vars));
  const vars = [...needed].filter((each) => Object.hasOwn(run.vars, each));
  const mocks = mocksOf(ended.filter(({ stage }) => stage.component.effects));
  const signals = signalsOf(ended.filter(({ stage }) => stage.component.name === 'signal'));
  return {
    name,
    input,
    ...(vars.length > 0 && { vars: Object.fromEntries(vars.map((each) => [each, run.vars[each] ?? null])) }),
    now: new Date(outcome.started_at).toISOString(),
    ...(Object.keys(mocks).length > 0 && { mocks }),
    ...(Object.keys(signals).length > 0 && { signals }),
    ...expectation(outcome),
  };
}

function* endedStages({ plans, ends }: RunToTest): Generator<Ended> {
  const finder = new StageFinder(plans);
  const own = new Set(plans.main.definition.stages.map(({ id }) => id));
  for (const end of ends) {
    const name = end.path.replaceAll(/\[\d+\]/g, '');
    const found = finder.find(name);
    if (!found || (end.status !== 'succeeded' && end.status !== 'failed')) continue;
    const isOwn = found.plan === plans.main && own.has(end.id);
    yield { end, stage: found.stage, key: isOwn ? end.id : name };
  }
}

/** By stage where it gave the same each time, else by path with its indices. */
function mocksOf(ended: readonly Ended[]): JsonObject {
  const mocks: JsonObject = {};
  for (const [key, group] of Map.groupBy(ended, (each) => each.key)) {
    const answers = group.map((each) => ({ path: each.end.path, answer: answerOf(each) }));
    const [first] = answers;
    if (!first) continue;
    if (answers.every(({ answer }) => equal(answer, first.answer))) mocks[key] = first.answer;
    else for (const { path, answer } of answers) mocks[path] = answer;
  }
  return mocks;
}

function answerOf({ end, stage }: Ended): JsonObject {
  if (end.error) {
    const { type, code, message, details } = end.error;
    return { error: { type, code, message, ...(details !== undefined && { details }) } };
  }
  const secrets = [...stage.config.references.secrets];
  const [only] = secrets;
  const hidden = secrets.length === 1 && only !== undefined;
  return { output: hidden ? unmask(end.output, `{{ secrets.${only} }}`) : end.output };
}

function unmask(value: Json, reference: string): Json {
  if (typeof value === 'string') return value.replaceAll(MASK, reference);
  if (Array.isArray(value)) return value.map((item) => unmask(item, reference));
  if (!isObject(value)) return value;
  const members = Object.entries(value).map(([key, member]) => [key, unmask(member as Json, reference)]);
  return Object.fromEntries(members);
}

function signalsOf(ended: readonly Ended[]): JsonObject {
  const signals: JsonObject = {};
  for (const { end, stage } of ended) {
    const name = String(stage.constants.name ?? stage.definition.config?.name ?? end.id);
    signals[Object.hasOwn(signals, name) || name.includes('{{') ? end.path : name] = end.output;
  }
  return signals;
}

function expectation({ status, result, error }: RunOutcome): JsonObject {
  if (status === 'succeeded' || !error) return { assertions: [{ path: 'output', equals: result }] };
  return {
    expectError: { type: error.type, code: error.code, ...(error.path !== undefined && { stage: error.path }) },
  };
}

/**
 * The part of a recorded value that a second run gives as well: what depends on the time or on the run's id is left out.
 * Undefined when nothing is left.
 */
export function stablePart(recorded: Json, repeated: Json): Json | undefined {
  if (equal(recorded, repeated)) return recorded;
  if (!isObject(recorded) || !isObject(repeated)) return undefined;
  const members = Object.entries(recorded).flatMap(([key, value]): [string, Json][] => {
    const other = Object.hasOwn(repeated, key) ? (repeated[key] as Json) : undefined;
    const part = other === undefined ? undefined : stablePart(value as Json, other);
    return part === undefined ? [] : [[key, part]];
  });
  return members.length === 0 ? undefined : Object.fromEntries(members);
}
