import type { Environment } from '../../store/environments.ts';
import type { ControlPlane } from '../control.ts';

/** What an environment demands, and whose it is. */
export type EnvironmentView = Environment & {
  readonly tenant: string | null;
  readonly kind: 'org' | 'server';
  /** The environment that this one pulls releases from when they are promoted. */
  readonly upstream: string | null;
};

/** An environment as callers see it. */
export function environmentView({ tenant, kind, upstream }: ControlPlane, environment: Environment): EnvironmentView {
  return { ...environment, tenant, kind, upstream: upstream?.environment ?? null };
}
