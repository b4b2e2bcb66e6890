import { FlowMasonError } from '../../../core/errors.ts';
import type { SlotGroup } from '../../../store/slots.ts';
import type { Store } from '../../../store/store.ts';
import type { Holder } from './holder.ts';

/**
 * Frees the places of runs that no process executes any more, where nobody goes on with them by himself; each takes one
 * again when it goes on. Answers whether there was one.
 */
export async function freePlaces({ slots }: Pick<Store, 'slots'>, holder: Holder, group: SlotGroup): Promise<boolean> {
  let freed = false;
  for (const run of await slots.active(group)) {
    if (holder.isTaken(run)) continue;
    const held = taken(holder, run);
    // Who goes on with it has to take it first, so this place is nobody's as long as it is held here.
    try {
      freed = (held !== undefined && (await slots.free(run))) || freed;
    } finally {
      held?.release(false);
    }
  }
  return freed;
}

/** Undefined when somebody has just taken it. */
function taken(holder: Holder, run: string): ReturnType<Holder['take']> | undefined {
  try {
    return holder.take(run);
  } catch (error) {
    if (error instanceof FlowMasonError && error.code === 'RUN_BUSY') return undefined;
    throw error;
  }
}
