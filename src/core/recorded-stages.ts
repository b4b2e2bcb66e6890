import type { EndEntry, Recorded } from './journal.ts';
import { parsePath } from './path.ts';
import type { StageRecord, Usage } from './run.ts';
import { componentName, type Definitions, stageAt } from './stage-at.ts';

/** When the last stage ended, epoch milliseconds; `start` when none has. */
export function lastEnd({ ends }: Recorded, start: number): number {
  let last = start;
  for (const { finished_at } of ends.values()) last = Math.max(last, finished_at);
  return last;
}

/**
 * The stages of a run as its journal has them: those that ended, in the order of their recording, then those that have
 * started only, which run until `now` (epoch milliseconds). Without definitions the latter are left out: who knows what
 * a path leads to must have read the pipeline.
 */
export function recordedStages(recorded: Recorded, definitions: Definitions | undefined, now: number): StageRecord[] {
  const stages = [...recorded.ends.values()].map(endedStage);
  if (!definitions) return stages;
  for (const { path, started_at } of recorded.starts.values()) {
    const stage = recorded.ends.has(path) ? undefined : stageAt(definitions, parsePath(path) ?? []);
    if (!stage) continue;
    const component = componentName(stage);
    const common = { id: stage.id, path, component, status: 'running', attempts: 1 } as const;
    stages.push({ ...common, started_at, duration_ms: Math.max(0, now - started_at) });
  }
  return stages;
}

export function endedStage(end: EndEntry): StageRecord {
  const { id, path, component, status, attempts, started_at, finished_at } = end;
  const duration_ms = started_at === null ? 0 : finished_at - started_at;
  const error = end.error ? { error: end.error } : undefined;
  return { id, path, component, status, attempts, started_at, duration_ms, ...error };
}

/** What the stages used together; null when none used anything. */
export function recordedUsage({ ends }: Recorded): Usage | null {
  let usage: Usage | null = null;
  for (const end of ends.values()) if (end.usage) usage = add(usage, end.usage);
  return usage;
}

function add(a: Usage | null, b: Usage): Usage {
  const sum: Usage = {
    input_tokens: (a?.input_tokens ?? 0) + b.input_tokens,
    output_tokens: (a?.output_tokens ?? 0) + b.output_tokens,
    total_tokens: (a?.total_tokens ?? 0) + b.total_tokens,
  };
  const cost = (a?.cost_usd ?? 0) + (b.cost_usd ?? 0);
  if (a?.cost_usd !== undefined || b.cost_usd !== undefined) sum.cost_usd = cost;
  return sum;
}
