import { type EndEntry, foldJournal, isWithin, type JournalEntry, type Recorded } from '../journal.ts';
import { parsePath } from '../path.ts';
import { isTaken, rulesOf } from './rules.ts';
import { type Place, type Plans, placesOf, type Rule, selectFrom } from './select.ts';

/** A run's journal as a store has it. */
export interface RecordedJournal<Epoch> {
  /** In which it was read. */
  readonly epoch: Epoch;
  readonly entries: readonly { readonly seq: number; readonly entry: JournalEntry }[];
}

/** What a store needs to let an ended run go on. */
export interface JournalRewind<Epoch> {
  readonly epoch: Epoch;
  /** Numbers of entries that count no more. */
  readonly entries: readonly number[];
  /** Paths of stages whose signals are asked for again. */
  readonly paths: readonly string[];
  /** Stages that had succeeded run again, so idempotency keys change (PIPELINES.md 4, journal). */
  readonly repeats: boolean;
}

/**
 * What an ended run does again: everything that failed or was cancelled, what `from` names (ids or paths), and whatever is
 * downstream of that. Throws FlowMasonError `NOT_FOUND` with the nearest stage.
 */
export function planJournalRewind<Epoch>(
  journal: RecordedJournal<Epoch>,
  plans: Plans,
  from: readonly string[],
): JournalRewind<Epoch> {
  const recorded = foldJournal(journal.entries.map(({ entry }) => entry));
  const rules = [...from.flatMap((stage) => rulesOf(stage, plans, recorded)), ...failureRules(recorded, plans)];
  const taken = journal.entries.filter(({ entry }) => isTaken(entry, rules));
  const paths = new Set(
    taken.flatMap(({ entry }) => (entry.kind === 'end' || entry.kind === 'start' ? entry.path : [])),
  );
  return {
    epoch: journal.epoch,
    entries: taken.map(({ seq }) => seq),
    paths: [...paths],
    repeats: from.length > 0,
  };
}

/** The ends that made the run end as it did, or that were cut short by that; not those that an owner has dealt with. */
function failureRules({ ends }: Recorded, plans: Plans): Rule[] {
  const isOpen = ({ status }: EndEntry): boolean => status === 'failed' || status === 'cancelled';
  const open = [...ends.values()].filter(isOpen).filter((end) => !isSettled(end.path, ends));
  const deepest = open.filter(({ path }) => !open.some((other) => other.path !== path && isWithin(other.path, path)));
  const found = deepest.map((end) => {
    const steps = parsePath(end.path) ?? [];
    return { end, steps, places: placesOf(plans, steps) };
  });
  return found.flatMap(({ end, steps, places }): Rule[] => {
    // A stage that the plans do not have is of no use to them.
    if (!places) return [{ steps, what: 'whole' }];
    if (found.some((other) => other.places && isHandledBy(places, other.places))) return [];
    const rules = selectFrom(plans, steps) ?? [];
    const hasInside = [...ends.keys()].some((path) => path !== end.path && isWithin(path, end.path));
    return hasInside ? rules.flatMap((rule) => (isWhole(rule, end.path) ? insideRules(rule, places) : [rule])) : rules;
  });
}

/** Inside of an owner that has succeeded: its failure was caught, or did not count. */
function isSettled(path: string, ends: ReadonlyMap<string, EndEntry>): boolean {
  for (let at = path.lastIndexOf('/'); at !== -1; at = path.lastIndexOf('/', at - 1)) {
    const owner = path.slice(0, at);
    const status = (ends.get(owner) ?? ends.get(owner.replace(/\[\d+\]$/, '')))?.status;
    if (status === 'succeeded' || status === 'skipped') return true;
  }
  return false;
}

/** A try list's failure that led to a catch or finally list which failed itself: that list goes on. */
function isHandledBy(places: readonly Place[], others: readonly Place[]): boolean {
  return places.some(({ stage }, level) => {
    const [mine, other] = [places[level + 1], others[level + 1]];
    if (stage.component.name !== 'trycatch' || !mine || !other) return false;
    if (others.slice(0, level + 1).some((place, i) => !isSame(place, places[i]))) return false;
    const order = [stage.bodies.try_stages, stage.bodies.catch_stages, stage.bodies.finally_stages];
    return order.indexOf(mine.graph) < order.indexOf(other.graph);
  });
}

function isSame(place: Place, other: Place | undefined): boolean {
  return place.stage === other?.stage && place.index === other.index;
}

function isWhole({ steps, what }: Rule, path: string): boolean {
  const last = steps.at(-1);
  return what === 'whole' && steps.length === path.split('/').length && last?.id === parsePath(path)?.at(-1)?.id;
}

/** An owner that was stopped between its stages: what succeeded in it stays; how far it came is found anew. */
function insideRules({ steps }: Rule, places: readonly Place[]): Rule[] {
  const bodies = places.at(-1)?.stage.bodies ?? {};
  const later = ['catch_stages', 'finally_stages'].flatMap((name) => bodies[name]?.stages ?? []);
  return [
    { steps, what: 'self' },
    ...later.map(({ id }): Rule => ({ steps: [...steps, { id, index: undefined }], what: 'whole' })),
  ];
}
