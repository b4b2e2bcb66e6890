import type { Environment } from '../../store/environments.ts';
import type { ControlPlane } from '../control.ts';
import { firstSettings } from './settings.ts';

export type EnvironmentView = Environment & { readonly tenant: string | null; readonly kind: ControlPlane['kind'] };

/** The environment as callers see it; undefined for one that nobody has deployed to or set anything of. */
export function environmentView(control: ControlPlane, found: Environment | undefined): EnvironmentView {
  const { environment, tenant, kind } = control;
  const unset = { name: environment, ...firstSettings(environment), revision: 0, updated_at: 0, lock: null };
  return { ...(found ?? unset), tenant, kind };
}
