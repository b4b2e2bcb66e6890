import { type Json, own } from '../../core/json.ts';
import { StageError } from '../../core/run.ts';
import { kindOf } from '../condition.ts';
import type { Control } from './control.ts';

/** Opens the route that the value names: scalars compare as text, null and unknown ones take `default`. */
export const router: Control = ({ config }) => {
  const value: Json = config.value ?? null;
  if (typeof value === 'object' && value !== null) {
    throw new StageError(
      'VALIDATION',
      'invalid_config',
      `config.value of a router must be text, a number or a boolean, got ${kindOf(value)}`,
    );
  }
  const routes = config.routes as { [route: string]: Json };
  const name = value === null ? undefined : String(value);
  const matched = name !== undefined && own(routes, name) !== undefined ? name : undefined;
  const route = matched ?? (config.default === undefined ? null : 'default');
  return { kind: 'succeeded', output: { route_taken: route } };
};
