import type { Json } from '../../../core/json.ts';
import { type InputFlags, readInput, setPlaces } from '../run/input.ts';

/** What of the inputs of many runs is changed: another one for all, and values by place on top of each. Throws as `readInput`. */
export function replayInput(flags: InputFlags): {
  readonly input?: Json;
  readonly set: Readonly<Record<string, Json>>;
} {
  const { set: _set, ...whole } = flags;
  const isGiven = flags.input !== undefined || flags['input-file'] !== undefined;
  return { ...(isGiven ? { input: readInput(whole) } : {}), set: setPlaces(flags.set ?? []) };
}
