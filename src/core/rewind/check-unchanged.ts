import { fail } from '../errors.ts';
import type { Recorded } from '../journal.ts';
import { parsePath } from '../path.ts';
import type { Definitions } from '../stage-at.ts';
import { changedStages } from './changed.ts';
import { matches, type Plans, selectFrom } from './select.ts';

/**
 * Throws FlowMasonError `DEFINITION_CHANGED` (exit 5) when what was recorded was recorded under other definitions,
 * naming every such stage and the `--from` to use.
 */
export function checkUnchanged(before: Definitions, now: Plans, recorded: Recorded): void {
  const changed = changedStages(before, currentDefinitions(now), recorded);
  if (changed.length === 0) return;
  const names = changed.map(({ stage, change }) => (change === 'removed' ? `\`${stage}\` (removed)` : `\`${stage}\``));
  const from = smallestFrom(
    now,
    changed.map(({ stage }) => stage),
  );
  const plural = changed.length === 1 ? 'this stage has' : 'these stages have';
  fail('DEFINITION_CHANGED', `${plural} changed since the run recorded them: ${names.join(', ')}`, {
    hint: `Run them and everything downstream again with ${from.map((stage) => `--from ${stage}`).join(' ')}`,
    details: { changed: changed.map(({ stage, change }) => ({ stage, change })), from },
  });
}

export function currentDefinitions(now: Plans): Definitions {
  const entries = [...now.plans].map(([name, plan]) => [name, plan.definition] as const);
  return { main: now.main, pipelines: new Map(entries) };
}

/** Those stages that are not downstream of another one. */
function smallestFrom(plans: Plans, stages: readonly string[]): string[] {
  const parsed = stages.map((stage) => ({ stage, steps: parsePath(stage) ?? [] }));
  const selections = parsed.map(({ stage, steps }) => ({ stage, rules: selectFrom(plans, steps) ?? [] }));
  return parsed
    .filter(({ stage, steps }) =>
      selections.every((other) => other.stage === stage || !other.rules.some((rule) => matches(rule, steps, 'start'))),
    )
    .map(({ stage }) => stage);
}
