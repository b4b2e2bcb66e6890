import type { RunNotice } from '../../core/api/run.ts';
import { parsePath } from '../../core/path.ts';
import type { RunStatus } from '../../core/run.ts';
import { componentName, type Definitions, stageAt } from '../../core/stage-at.ts';
import { unpackEpoch } from '../../store/epoch.ts';
import type { FedEntry } from '../../store/journal.ts';
import type { RunState } from '../../store/run-states.ts';
import { hasEnded } from '../../store/run-states.ts';
import type { ControlPlane } from '../control.ts';
import type { Sent, Since } from '../verb.ts';
import { nextLook } from './changes.ts';
import { definitionsOf } from './definitions.ts';
import { type FeedPlace, placeText } from './feed-place.ts';
import { noRun } from './require-run.ts';

/** Entries that are read at a time. */
const PAGE = 200;

export interface FeedOptions extends Pick<Since, 'signal'> {
  readonly run: string;
  readonly place: FeedPlace;
  /** Whether inputs of failed stages are shown. */
  readonly debug: boolean;
}

/** What happens in a run behind a place, until it has ended: from the store alone, so every server tells the same. */
export async function* feedRun(
  control: ControlPlane,
  { run, place, debug, signal }: FeedOptions,
): AsyncGenerator<Sent<RunNotice>, void, undefined> {
  const { store } = control;
  let { seq, state: told } = place;
  let definitions: Read | undefined;
  let fruitless = 0;
  while (!signal.aborted) {
    // Looked at first: what a state came after is recorded by then.
    const state = await store.runs.state(run);
    if (!state) return noRun(run);
    const now = stateText(state);
    const before = seq;
    const isNew = now !== told;
    const isGoing = state.status === 'queued' || state.status === 'running';
    if (isNew && isGoing) {
      told = now;
      yield { id: placeText({ seq, state: told }), data: stateNotice(control, run, state) };
    }
    for (let more = true; more && !signal.aborted; ) {
      const fed = await store.journal.feed(run, { after: seq, limit: PAGE });
      for (const item of fed.items) {
        seq = item.seq;
        const starts = 'entry' in item && item.entry.kind === 'start';
        if (starts && definitions?.release !== state.release) definitions = await read(control, state);
        const data = noticeOf(item, definitions, debug);
        if (data) yield { id: placeText({ seq, state: told }), data };
      }
      more = fed.more;
    }
    if (isNew && !isGoing) {
      for (const data of waitNotices(control, state)) yield { data };
      told = now;
      yield { id: placeText({ seq, state: told }), data: stateNotice(control, run, state) };
    }
    if (hasEnded(state.status)) return;
    fruitless = isNew || seq !== before ? 0 : fruitless + 1;
    await nextLook(control, run, fruitless, signal);
  }
}

/** The definitions of a run's release. */
interface Read extends Definitions {
  readonly release: string;
}

async function read({ store }: ControlPlane, { release, pipeline }: RunState): Promise<Read> {
  return { release, ...(await definitionsOf(store, release, pipeline)) };
}

/** One text per state that a run can be in; equal texts are the same state. */
function stateText({ status, epoch }: RunState): string {
  return `${epoch}-${status}`;
}

function stateNotice({ clock }: ControlPlane, run_id: string, state: RunState): RunNotice {
  const { pipeline, version, status, epoch, finished_at } = state;
  const { segment, retry } = unpackEpoch(epoch);
  const resumed = segment > 1 || retry > 0;
  return { type: 'run', at: finished_at ?? clock.now(), run_id, pipeline, version, status, resumed };
}

/** What the stages of a parked run wait for. */
function waitNotices({ clock }: ControlPlane, { status, waiting }: RunState): RunNotice[] {
  if (status !== ('waiting' satisfies RunStatus)) return [];
  return (waiting ?? []).map(({ path, signal, until }) => ({
    type: 'stage',
    at: clock.now(),
    id: idOf(path),
    path,
    component: signal === undefined ? 'delay' : 'signal',
    status: 'waiting',
    attempt: 1,
    waiting: { ...(signal === undefined ? {} : { signal }), ...(until === undefined ? {} : { until }) },
  }));
}

/** Undefined for what nobody can watch. */
function noticeOf(item: FedEntry, definitions: Definitions | undefined, debug: boolean): RunNotice | undefined {
  if ('log' in item) return { type: 'log', entry: item.log };
  const { entry, isWhole } = item;
  if (entry.kind === 'void') return undefined;
  const { path } = entry;
  if (entry.kind === 'start') {
    const { started_at: at } = entry;
    const stage = definitions && stageAt(definitions, parsePath(path) ?? []);
    const component = stage ? componentName(stage) : '';
    return { type: 'stage', at, id: idOf(path), path, component, status: 'running', attempt: 1 };
  }
  const { id, component, status, attempts: attempt, started_at, finished_at: at, error, input, output } = entry;
  return {
    type: 'stage',
    at,
    id,
    path,
    component,
    status,
    attempt,
    duration_ms: started_at === null ? 0 : at - started_at,
    ...(error && { error }),
    ...(debug && input !== undefined ? { input } : {}),
    ...(isWhole && status === 'succeeded' ? { output } : {}),
  };
}

function idOf(path: string): string {
  return parsePath(path)?.at(-1)?.id ?? path;
}
