import { fail } from '../../../core/errors.ts';
import type { Recorded } from '../../../core/journal.ts';
import { parsePath } from '../../../core/path.ts';
import { matches, type Plans, selectFrom } from '../../../core/rewind/select.ts';
import { changedStages } from './changed.ts';
import type { Definitions } from './paths.ts';
import type { RecordedPipelines } from './record.ts';

/**
 * Throws FlowMasonError `DEFINITION_CHANGED` (exit 5) when what was recorded was recorded under other definitions,
 * naming every such stage and the `--from` to use.
 */
export function checkUnchanged(before: RecordedPipelines, now: Plans, recorded: Recorded): void {
  const changed = changedStages(recordedDefinitions(before), currentDefinitions(now), recorded);
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

export function recordedDefinitions(recorded: RecordedPipelines): Definitions {
  const entries = Object.entries(recorded.pipelines).map(([name, { definition }]) => [name, definition] as const);
  return { main: recorded.main, pipelines: new Map(entries) };
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
