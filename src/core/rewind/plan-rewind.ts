import type { Recorded } from '../journal.ts';
import { isTaken, rulesOf } from './rules.ts';
import type { Plans, Rule } from './select.ts';

export interface Rewind {
  readonly from: readonly string[];
  readonly rules: readonly Rule[];
  /** What counts of the record afterwards. */
  readonly left: Recorded;
}

/** What `--from` takes out of a record; undefined without it. Throws FlowMasonError `NOT_FOUND` with the nearest stage. */
export function planRewind(recorded: Recorded, plans: Plans, from: readonly string[]): Rewind | undefined {
  if (from.length === 0) return undefined;
  const rules = from.flatMap((stage) => rulesOf(stage, plans, recorded));
  const left: Recorded = {
    starts: new Map([...recorded.starts].filter(([, entry]) => !isTaken(entry, rules))),
    ends: new Map([...recorded.ends].filter(([, entry]) => !isTaken(entry, rules))),
  };
  return { from, rules, left };
}
