import { fail } from '../core/errors.ts';
import type { SecretSource } from '../core/ports.ts';
import type { SecretSourceOptions } from './source-options.ts';
import { isOwnVariable, PROVIDER_KEYS } from './variables.ts';

/**
 * Secrets from environment variables (DEPLOYMENT.md 8): `secrets.NAME` reads `FM_SECRET_NAME`, then `FM_NAME`; provider
 * keys also bare. An empty variable counts as not set, because CI systems set secrets that are missing to nothing.
 */
export function envSecrets(options: SecretSourceOptions): SecretSource {
  const { variables } = options;
  const reserved = new Set(options.reserved);
  const value = (variable: string): string | undefined =>
    Object.hasOwn(variables, variable) && variables[variable] !== '' ? variables[variable] : undefined;

  const read = (name: string): string | undefined => {
    for (const variable of candidates(name)) {
      if (isOwnVariable(variable) || reserved.has(variable)) refuse(name, variable, reserved.has(variable));
      const found = value(variable);
      if (found !== undefined) return found;
    }
    return undefined;
  };

  return {
    backend: 'env',
    read(names) {
      // Promise.resolve().then, so that a refusal rejects as the port says.
      return Promise.resolve().then(() => {
        const found = names.map((name) => [name, read(name)] as const);
        return new Map(found.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
      });
    },
    howToSet: (name) => `export ${PROVIDER_KEYS.has(name) ? name : explicit(name)}=…`,
  };
}

/** The variables that may hold a secret, the first one first. */
function candidates(name: string): string[] {
  const names = [explicit(name), `FM_${name}`];
  return PROVIDER_KEYS.has(name) ? [...names, name] : names;
}

function explicit(name: string): string {
  return `FM_SECRET_${name}`;
}

function refuse(name: string, variable: string, byProject: boolean): never {
  const owner = byProject ? 'which flowmason.json names for an environment' : 'which belongs to FlowMason itself';
  fail('SECURITY', `secrets.${name} would read ${variable}, ${owner}`, {
    hint: `Give the pipeline a value of its own: export ${explicit(name)}=…, or choose another name`,
    details: { name, variable },
  });
}
