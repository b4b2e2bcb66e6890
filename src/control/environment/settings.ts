import type { EnvironmentSettings } from '../../store/environments.ts';

/** Of an environment that nobody has set anything of. A first production environment is protected (DEPLOYMENT.md 4.7). */
export function firstSettings(environment: string): EnvironmentSettings {
  return { protected: environment === 'production', promotes_from: null, immutable_versions: false, requires: [] };
}
