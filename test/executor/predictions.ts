import { expect } from 'vitest';
import type { RandomRun } from './graphs.ts';
import type { Ran, Setup } from './harness.ts';
import { type Prediction, predict } from './reference.ts';
import { Shape } from './reference-lists.ts';
import type { State } from './reference-scope.ts';
import { comparable, taskComponents } from './tasks.ts';
import { VirtualClock } from './virtual-clock.ts';

/** Small, so that sums of durations keep all their digits. */
export const START = 1_000_000;

export function setupOf(random: RandomRun): Setup {
  return { components: taskComponents, pipelines: random.children, input: random.input };
}

export function predictionOf(random: RandomRun): Promise<Prediction> {
  return predict(random.definition, random.input, random.children, new VirtualClock(START));
}

/** What a stage came to, in the words of the reference. */
function statusOf(ran: Ran, path: string): string {
  const status = ran.status(path);
  return ['pending', 'cancelled', 'running'].includes(status) ? 'stopped' : status;
}

/**
 * Whether something stopped the graph at the very instant at which it ended, or it or an owner of it started: which
 * of the two came first is nobody's promise.
 */
function sameInstant(ran: Ran, prediction: Prediction, path: string): boolean {
  const ends = [prediction.stages.get(path)?.finished, ran.end(path)?.finished_at];
  const starts = [path, ...ownersOf(path)].flatMap((owner) => [
    prediction.stages.get(owner)?.started,
    ran.stage(owner)?.started_at,
  ]);
  return [...ends, ...starts].some((at) => typeof at === 'number' && prediction.stops.has(at));
}

export function ownersOf(path: string): string[] {
  const owner = ownerOf(path);
  return owner === undefined ? [] : [owner, ...ownersOf(owner)];
}

export function expectAsPredicted(ran: Ran, prediction: Prediction): void {
  const { outcome } = ran;
  expect([outcome.status, outcome.error?.type ?? null]).toEqual([prediction.status, prediction.error?.type ?? null]);
  expect(comparable(outcome.result)).toEqual(comparable(prediction.result));
  if (prediction.error) expect(pathsOf(outcome.error)).toContain(prediction.error.path);
  for (const [path, state] of prediction.stages) expectStage(ran, prediction, path, state);
  for (const record of outcome.stages) {
    const ranAtAll = ['succeeded', 'failed'].includes(record.status);
    if (!ranAtAll || sameInstant(ran, prediction, record.path)) continue;
    expect(prediction.stages.has(record.path), `${record.path} is not in the reference`).toBe(true);
  }
}

function expectStage(ran: Ran, prediction: Prediction, path: string, state: State): void {
  const end = ran.end(path);
  const status = statusOf(ran, path);
  if (status !== state.status && sameInstant(ran, prediction, path)) return;
  expect([path, status]).toEqual([path, state.status]);
  expect([path, comparable(end?.output ?? null)]).toEqual([
    path,
    comparable(state.status === 'succeeded' ? state.output : null),
  ]);
  if (state.status === 'failed') expect([path, end?.error?.type]).toEqual([path, state.errorType]);
  if (state.attempts > 0 && state.status !== 'stopped') {
    expect([path, ran.stage(path)?.attempts]).toEqual([path, state.attempts]);
    expect([path, end?.started_at, end?.finished_at]).toEqual([path, state.started, state.finished]);
  }
}

function pathsOf(error: Ran['outcome']['error'] | undefined): (string | undefined)[] {
  return error ? [error.path, ...pathsOf(error.cause)] : [];
}

function ownerOf(path: string): string | undefined {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? undefined : path.slice(0, cut).replace(/\[\d+\]$/, '');
}

/** The same outcome and statuses, whenever what happened. */
export function expectConverged(ran: Ran, prediction: Prediction): void {
  const { outcome } = ran;
  expect([outcome.status, outcome.error?.type ?? null]).toEqual([prediction.status, prediction.error?.type ?? null]);
  expect(comparable(outcome.result)).toEqual(comparable(prediction.result));
  for (const [path, state] of prediction.stages) expectState(ran, path, state);
}

function expectState(ran: Ran, path: string, state: State): void {
  // A recorded owner stands for its whole body.
  if (!ran.stage(path) && state.status !== 'stopped') return;
  expect([path, statusOf(ran, path)]).toEqual([path, state.status]);
}

/**
 * Whether a path is in finally stages. They run also when their try list is stopped, and once more when a resumed run
 * has come to the end of that list.
 */
export function isCleanup({ definition, children }: RandomRun, path: string): boolean {
  const cleanups = [definition, ...children].flatMap((pipeline) => {
    const shape = new Shape(pipeline);
    return pipeline.stages.flatMap((stage) => (shape.bodies(stage).finally_stages ?? []).map(({ id }) => id));
  });
  return path.split(/\/|\[\d+\]/).some((id) => cleanups.includes(id));
}
