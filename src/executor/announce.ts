import type { StageRun } from './stage-run.ts';
import type { RunEvent } from './types.ts';

type StageEvent = Extract<RunEvent, { type: 'stage' }>;

/** Sets the state of a stage that has not ended and tells whoever watches, with what is known of it by now. */
export function announce(
  { run, stage, state, path, attempt }: StageRun,
  status: 'running' | 'waiting',
  facts?: Pick<StageEvent, 'total' | 'waiting'>,
): void {
  state.status = status;
  if (!run.options.onEvent) return;
  const { id, component } = stage;
  run.emit({ type: 'stage', at: run.now(), id, path, component: component.name, status, attempt, ...facts });
}
