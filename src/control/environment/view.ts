import type { Environment } from '../../store/environments.ts';
import type { ControlPlane } from '../control.ts';
import type { EnvironmentView } from '../verbs/environment/show.ts';

/** An environment as callers see it. */
export function environmentView({ tenant, kind }: ControlPlane, environment: Environment): EnvironmentView {
  return { ...environment, tenant, kind };
}
