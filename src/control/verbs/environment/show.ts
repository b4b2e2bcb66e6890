import type { Environment } from '../../../store/environments.ts';
import { NOTHING, query } from '../../verb.ts';

/** What an environment demands of who deploys to it, and who has locked it. */
export const showEnvironment = query({
  summary: 'Show the environment: its settings and its lock',
  scope: null,
  input: NOTHING,
  async run({ control }): Promise<EnvironmentView> {
    const { store, environment, tenant, kind } = control;
    const found = await store.environments.get(environment);
    return { ...(found ?? { ...UNSET, name: environment }), tenant, kind };
  },
});

export type EnvironmentView = Environment & { readonly tenant: string | null; readonly kind: 'org' | 'server' };

/** Of one that nobody has deployed to or set anything of. */
const UNSET = {
  protected: false,
  promotes_from: null,
  immutable_versions: false,
  requires: [],
  revision: 0,
  updated_at: 0,
  lock: null,
};
