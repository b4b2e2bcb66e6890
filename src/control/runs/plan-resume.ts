import { fail } from '../../core/errors.ts';
import { foldJournal } from '../../core/journal.ts';
import { quoteList } from '../../core/quote.ts';
import { compileClosure } from '../../core/release/compile-closure.ts';
import { checkUnchanged } from '../../core/rewind/check-unchanged.ts';
import { planJournalRewind } from '../../core/rewind/plan-journal-rewind.ts';
import type { Plans } from '../../core/rewind/select.ts';
import { type Epoch, unpackEpoch } from '../../store/epoch.ts';
import type { LoadedJournal } from '../../store/journal.ts';
import type { Rewind } from '../../store/rewind.ts';
import { hasEnded, type Run } from '../../store/run-states.ts';
import type { NewRun } from '../../store/runs.ts';
import type { ControlPlane } from '../control.ts';
import { definitionsOf, requireRelease } from './definitions.ts';
import { findPipeline } from './find-pipeline.ts';

export interface ResumeOptions {
  /** Stages that run again with everything downstream of them; without one, what failed or was cancelled. */
  readonly from: readonly string[];
  readonly release: 'same' | 'active';
}

export interface PlannedResume {
  readonly rewind: Rewind;
  /** What the run is pinned to from now on; undefined when that stays. */
  readonly release: Pick<NewRun, 'release' | 'version'> | undefined;
  /** Paths of recorded stages that run again. */
  readonly again: readonly string[];
}

export function planResume(control: ControlPlane, run: Run, options: ResumeOptions): Promise<PlannedResume> {
  return resumePlanner(control, options)(run);
}

/** What `planResume` refuses with, and what the store does when somebody was faster. */
export const RESUME_ERRORS = [
  'NOT_FOUND',
  'USAGE',
  'RUN_BUSY',
  'CHANGED_MEANWHILE',
  'COMPONENT_MISSING',
  'DEFINITION_CHANGED',
] as const;

/**
 * Tells of one run after the other what it does again; of a release that several have, everything is read once. Throws FlowMasonError `RUN_BUSY` when it has not ended, `USAGE` when it has
 * succeeded and no stage is named, `NOT_FOUND` with the nearest stage, `COMPONENT_MISSING`, `DEFINITION_CHANGED` when
 * the active release has other stages where something is recorded.
 */
export function resumePlanner(control: ControlPlane, options: ResumeOptions): (run: Run) => Promise<PlannedResume> {
  const known = new Map<string, Promise<Plans>>();
  const plans = (release: string, pipeline: string): Promise<Plans> => {
    const name = `${release} ${pipeline}`;
    const found = known.get(name) ?? plansOf(control, release, pipeline);
    known.set(name, found);
    return found;
  };
  return (run) => planned(control, run, options, plans);
}

async function planned(
  control: ControlPlane,
  run: Run,
  options: ResumeOptions,
  plansIn: (release: string, pipeline: string) => Promise<Plans>,
): Promise<PlannedResume> {
  const { store } = control;
  const { id, status, pipeline } = run;
  const { from } = options;
  if (!hasEnded(status)) {
    fail('RUN_BUSY', `Run ${id} is ${status}, so it goes on anyway`, { hint: `fm runs show ${id}` });
  }
  if (status === 'succeeded' && from.length === 0) {
    fail('USAGE', `Run ${id} has succeeded, so there is nothing to go on with; name a stage that is to run again`, {
      hint: `fm runs resume ${id} --from STAGE`,
    });
  }
  const target = options.release === 'same' ? run : await findPipeline(control, pipeline, {});
  const plans = await plansIn(target.release, pipeline);
  const recorded = await store.journal.load(id, { outputs: false });
  const rewind = planJournalRewind<Epoch>({ epoch: unpackEpoch(run.epoch), ...recorded }, plans, from);
  const again = taken(recorded, rewind.entries);
  if (target.release === run.release) return { rewind, release: undefined, again };
  const definitions = await definitionsOf(store, run.release, pipeline);
  checkUnchanged(definitions, plans, foldJournal(left(recorded, rewind.entries)));
  return { rewind, release: { release: target.release, version: target.version }, again };
}

function taken({ entries }: LoadedJournal, numbers: readonly number[]): string[] {
  const gone = new Set(numbers);
  return entries.flatMap(({ seq, entry }) => (gone.has(seq) && entry.kind === 'end' ? [entry.path] : []));
}

function left({ entries }: LoadedJournal, numbers: readonly number[]) {
  const gone = new Set(numbers);
  return entries.filter(({ seq }) => !gone.has(seq)).map(({ entry }) => entry);
}

async function plansOf(control: ControlPlane, release: string, main: string): Promise<Plans> {
  const { store, descriptors, limits } = control;
  const { manifest } = await requireRelease(store, release);
  const texts = async (digests: readonly string[]) =>
    new Map((await store.releases.content(digests)).map((row) => [row.digest, row.source]));
  const { plans, unknown } = await compileClosure(manifest, main, texts, { descriptors, limits });
  if (unknown.length > 0) {
    fail('COMPONENT_MISSING', `The release uses components that are not known here: ${quoteList(unknown)}`, {
      hint: 'fm components',
    });
  }
  return { main, plans };
}
