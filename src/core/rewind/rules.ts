import { fail } from '../errors.ts';
import { type JournalEntry, pathOf, type Recorded } from '../journal.ts';
import { parsePath, type Step, stageName } from '../path.ts';
import { nearest } from '../suggest.ts';
import { matches, type Plans, type Rule, selectFrom } from './select.ts';

/** What the repetition of a stage takes out, by its id or path. Throws FlowMasonError `NOT_FOUND` with the nearest stage. */
export function rulesOf(stage: string, plans: Plans, recorded: Recorded): Rule[] {
  const steps = parsePath(stage);
  const rules = steps && selectFrom(plans, steps);
  if (rules) return rules;
  const named = [...recorded.ends.keys()].map((path) => parsePath(path) ?? []).filter((path) => isNamed(path, stage));
  const gone = named.filter((path) => !selectFrom(plans, path));
  if (gone.length > 0) return gone.map((path) => ({ steps: path, what: 'whole' }));
  const main = plans.plans.get(plans.main);
  const known = (main?.definition.stages ?? []).map(({ id }) => id);
  const close = named[0] ? stageName(named[0]) : nearest(stage, known);
  fail('NOT_FOUND', `There is no stage \`${stage}\` in pipeline ${plans.main}`, {
    hint: close === undefined ? `Its stages are ${known.slice(0, 12).join(', ')}` : `Did you mean --from ${close}?`,
    details: close === undefined ? undefined : { unknown: stage, from: [close] },
  });
}

/** A stage that the file no longer has is known by its recorded path only. */
function isNamed(path: readonly Step[], stage: string): boolean {
  const name = stageName(path);
  return stage !== '' && (name === stage || name.endsWith(`/${stage}`));
}

/** Whether any of the rules takes an entry out. */
export function isTaken(entry: JournalEntry, rules: readonly Rule[]): boolean {
  const steps = parsePath(pathOf(entry));
  return steps !== undefined && rules.some((rule) => matches(rule, steps, entry.kind));
}
