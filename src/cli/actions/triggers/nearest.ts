import { FlowMasonError } from '../../../core/errors.ts';
import { isObject } from '../../../core/json.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import { commandThere } from '../deployed/place.ts';

/** What the control plane knows of names of triggers, as a whole command. */
export function withNearest(error: unknown, target: Target, command: string): unknown {
  if (!(error instanceof FlowMasonError) || error.code !== 'NOT_FOUND' || !isObject(error.details)) return error;
  const { code, message, details } = error;
  const { trigger, nearest } = error.details;
  if (trigger === undefined) return error;
  const hint = typeof nearest === 'string' ? commandThere(target, command, [nearest]) : error.hint;
  return new FlowMasonError(code, message, { hint, details, cause: error });
}
