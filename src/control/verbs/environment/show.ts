import type { Environment } from '../../../store/environments.ts';
import { readEnvironment } from '../../environment/settings.ts';
import { NOTHING, query } from '../../verb.ts';

/** What an environment demands of who deploys to it, and who has locked it. */
export const showEnvironment = query({
  summary: 'Show the environment: its settings and its lock',
  scope: null,
  input: NOTHING,
  async run({ control }): Promise<EnvironmentView> {
    const { store, tenant, kind, upstream } = control;
    return { ...(await readEnvironment(store, control)), tenant, kind, upstream: upstream?.environment ?? null };
  },
});

export type EnvironmentView = Environment & {
  readonly tenant: string | null;
  readonly kind: 'org' | 'server';
  /** The environment that this one pulls releases from when they are promoted. */
  readonly upstream: string | null;
};
