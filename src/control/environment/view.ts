import type { EnvironmentView } from '../../core/api/environment.ts';
import type { Environment } from '../../store/environments.ts';
import type { ControlPlane } from '../control.ts';

/** An environment as callers see it. */
export function environmentView({ tenant, kind, upstream }: ControlPlane, environment: Environment): EnvironmentView {
  return { ...environment, tenant, kind, upstream: upstream?.environment ?? null };
}
