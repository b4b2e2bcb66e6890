import type { Scope, StageNode } from './model.ts';

/** Components that may follow a final stage without taking its place (PIPELINES.md 1, `result`). */
const QUIET: ReadonlySet<string> = new Set(['return', 'logger', 'delay']);

/**
 * Places of the final stages of an ordered scope, in file order: those on which only quiet stages depend, directly or
 * through others. Quiet stages themselves count only when there is nothing else; then the last ones are final.
 */
export function finalPlaces(scope: Scope): number[] {
  const { stages } = scope;
  // Whether something that counts comes after the stage.
  const followed = new Array<boolean>(stages.length).fill(false);
  const depended = new Array<boolean>(stages.length).fill(false);
  for (let i = stages.length - 1; i >= 0; i--) {
    const stage = stages[i];
    if (!stage) continue;
    const counts = !isQuiet(stage) || followed[i] === true;
    for (const { index } of stage.edges.keys()) {
      depended[index] = true;
      if (counts) followed[index] = true;
    }
  }
  let finals = stages.filter((stage, i) => !isQuiet(stage) && !followed[i]);
  if (finals.length === 0) finals = stages.filter((_stage, i) => !depended[i]);
  return finals.sort((a, b) => a.place - b.place).map((stage) => stage.index);
}

function isQuiet(stage: StageNode): boolean {
  return QUIET.has(stage.component?.name ?? '');
}
