import type { Environment, EnvironmentSettings } from '../../store/environments.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';

type Named = Pick<ControlPlane, 'environment' | 'kind'>;

/** What an environment demands before anybody has set anything: a first production is protected (DEPLOYMENT.md 4.7). */
export function firstSettings({ environment, kind }: Named): EnvironmentSettings {
  return {
    protected: kind === 'server' && environment === 'production',
    promotes_from: null,
    immutable_versions: false,
    requires: [],
  };
}

/** The environment as it is, or as it would be made. */
export async function readEnvironment(
  { environments }: Pick<StoreTransaction, 'environments'>,
  control: Named,
): Promise<Environment> {
  const found = await environments.get(control.environment);
  const { environment: name } = control;
  const unset = { ...firstSettings(control), failure_webhook: null, name, revision: 0, updated_at: 0, lock: null };
  return found ?? unset;
}
