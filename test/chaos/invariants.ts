import { unpackEpoch } from '../../src/store/epoch.ts';
import { ENDED } from '../../src/store/run-states.ts';
import type { Evidence } from './evidence.ts';

export const INVARIANTS = {
  accepted: 'Each run that was accepted is there.',
  settled: 'Nothing is stuck: every run has ended.',
  one_final_state: 'A run that has ended stays as it is.',
  recorded_once: 'No stage that was recorded ran again.',
  one_effect: 'Each stage asked for its effect under one key.',
  recorded_effects: 'What was recorded as done did happen.',
  dependencies: 'No effect came before everything that it depends on was recorded.',
  fence: 'Nothing was written in an old epoch.',
  jobs: 'The jobs of the queue match the runs.',
  slots: 'No run holds a place that it does not need.',
} as const;

export type Invariant = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: Invariant;
  readonly run: string;
  readonly what: string;
}

/** What is to be true of the runs of these pipelines. */
export interface Expected {
  /** Runs that somebody was told of. */
  readonly accepted: readonly string[];
  /** By pipeline: the stages with effects, and the recorded ones that each depends on. */
  readonly pipelines: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;
  /** Codes of failures that the fault is meant to cause. */
  readonly failures?: readonly string[];
  /** Whether processes went on that others had taken for dead: they may ask once more for what they had begun. */
  readonly zombies?: boolean;
}

const LIVE = ['created', 'retry', 'active'];
const OVER: readonly string[] = ENDED;

function isOver(status: string): boolean {
  return OVER.includes(status);
}

/** What is wrong after a fault; nothing when all invariants hold. Judges only what it is given. */
export function violations(evidence: Evidence, expected: Expected): Violation[] {
  return [
    ...runViolations(evidence, expected),
    ...stateViolations(evidence),
    ...recordViolations(evidence),
    ...effectViolations(evidence, expected),
    ...fenceViolations(evidence),
    ...jobViolations(evidence),
  ];
}

function runViolations({ runs, jobs }: Evidence, { accepted, failures = [] }: Expected): Violation[] {
  const known = new Set(runs.map(({ id }) => id));
  const missing = accepted.filter((run) => !known.has(run));
  const bad = runs.filter(
    ({ status, error }) => !isOver(status) || (status === 'failed' && !failures.includes(error ?? '')),
  );
  return [
    ...missing.map((run): Violation => ({ invariant: 'accepted', run, what: 'there is no such run' })),
    ...bad.map(({ id, status, error, epoch }): Violation => {
      const its = jobs.filter(({ run }) => run === id).map(({ run: _, ...job }) => JSON.stringify(job));
      return { invariant: 'settled', run: id, what: `${status} ${error ?? ''} in ${shown(epoch)}: ${its.join(', ')}` };
    }),
  ];
}

function stateViolations({ states, runs }: Evidence): Violation[] {
  const found: Violation[] = [];
  const last = new Map<string, string>();
  for (const { run, was, was_epoch, status, epoch } of states) {
    const what = `${was} in ${shown(was_epoch)}, then ${status} in ${shown(epoch)}`;
    const isResumed = status === 'queued' && was_epoch !== null && epoch > was_epoch;
    if (was !== null && isOver(was) && !isResumed) found.push({ invariant: 'one_final_state', run, what });
    if (was_epoch !== null && epoch < was_epoch) found.push({ invariant: 'fence', run, what });
    last.set(run, status);
  }
  for (const { id, status } of runs) {
    if (last.get(id) !== status)
      found.push({
        invariant: 'one_final_state',
        run: id,
        what: `${status}, and the last change was to ${last.get(id)}`,
      });
  }
  return found;
}

/** Entries of one path in their order: nothing follows a recorded end. */
function recordViolations({ journal }: Evidence): Violation[] {
  const found: Violation[] = [];
  const ended = new Set<string>();
  for (const { run, seq, kind, path, status } of journal) {
    const place = `${run}/${path}`;
    if (ended.has(place) && kind !== 'void') {
      found.push({ invariant: 'recorded_once', run, what: `${kind} of ${path} (${seq}) after its end` });
    }
    if (kind === 'end' && (status === 'succeeded' || status === 'skipped')) ended.add(place);
  }
  return found;
}

/** Keys are made of the run and the path, so what was asked for tells whose it is. */
function effectViolations({ runs, writes, calls, journal }: Evidence, { pipelines, zombies }: Expected): Violation[] {
  const found: Violation[] = [];
  const pipelineOf = new Map(runs.map(({ id, pipeline }) => [id, pipeline]));
  const recordedAt = new Map<string, number>();
  for (const { run, kind, path, ended, at } of writes) {
    const place = `${run}/${path}`;
    if (kind === 'end' && ended === 'succeeded' && !recordedAt.has(place)) recordedAt.set(place, Math.floor(at));
  }
  const keys = new Map<string, Set<string>>();
  for (const { name, key, at, body } of calls) {
    const run = runOf(body);
    const place = `${run}/${name}`;
    keys.set(place, (keys.get(place) ?? new Set()).add(key));
    const stages = pipelines[pipelineOf.get(run) ?? ''];
    if (!stages?.[name]) {
      found.push({ invariant: 'recorded_effects', run, what: `${name} of a run that is not there` });
      continue;
    }
    for (const before of stages[name]) {
      const since = recordedAt.get(`${run}/${before}`);
      if (since === undefined || at < since)
        found.push({ invariant: 'dependencies', run, what: `${name} came before ${before} was recorded` });
    }
    const since = recordedAt.get(place);
    if (!zombies && since !== undefined && at > since + 1)
      found.push({
        invariant: 'recorded_once',
        run,
        what: `${name} was asked for ${at - since} ms after it was recorded`,
      });
  }
  for (const [place, { size }] of keys) {
    const run = place.slice(0, place.indexOf('/'));
    if (size > 1) found.push({ invariant: 'one_effect', run, what: `${place}: ${size} keys` });
  }
  for (const { run, kind, path, status } of journal) {
    const isEffect = pipelines[pipelineOf.get(run) ?? '']?.[path] !== undefined;
    if (kind === 'end' && status === 'succeeded' && isEffect && !keys.has(`${run}/${path}`))
      found.push({ invariant: 'recorded_effects', run, what: `${path} was recorded, and nobody asked for it` });
  }
  return found;
}

function fenceViolations({ writes }: Evidence): Violation[] {
  return writes
    .filter(({ epoch, current, status }) => epoch !== current || status !== 'running')
    .map(({ run, kind, path, epoch, current, status }) => {
      const what = `${kind} of ${path} in ${shown(epoch)} while the run was ${status} in ${shown(current)}`;
      return { invariant: 'fence', run, what };
    });
}

function jobViolations({ runs, jobs, slots }: Evidence): Violation[] {
  const byId = new Map(runs.map((run) => [run.id, run]));
  const found: Violation[] = [];
  const live = jobs.filter(({ state }) => LIVE.includes(state));
  for (const { run, segment, state } of jobs) {
    const stored = byId.get(run);
    if (!stored) found.push({ invariant: 'jobs', run, what: `a job of segment ${segment} without a run` });
    else if (LIVE.includes(state) && isOver(stored.status))
      found.push({ invariant: 'jobs', run, what: `segment ${segment} is ${state}, and the run is ${stored.status}` });
  }
  const due = new Set(live.map(({ run }) => run));
  for (const { id, status } of runs) {
    if ((status === 'queued' || status === 'running') && !due.has(id))
      found.push({ invariant: 'jobs', run: id, what: `${status} without a job` });
  }
  for (const { run } of slots) {
    if (!byId.has(run)) found.push({ invariant: 'slots', run, what: 'a place of a run that is not there' });
  }
  return found;
}

function runOf(body: string): string {
  try {
    const { run } = JSON.parse(body) as { run?: unknown };
    return String(run);
  } catch {
    return '';
  }
}

function shown(epoch: number | null): string {
  if (epoch === null) return 'none';
  const { segment, retry } = unpackEpoch(epoch);
  return `${segment}.${retry}`;
}
