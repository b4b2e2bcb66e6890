import type { KnownSecrets } from '../../../control/control.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import { createSecretSource } from '../../../secrets/index.ts';
import type { RuntimeOptions } from '../runtime.ts';

/** Which secrets this shell has. Of a back end that this version has not got nobody can tell. */
export function knownSecrets({ backend, ...options }: RuntimeOptions['secrets']): KnownSecrets {
  return async (names) => {
    try {
      const source = createSecretSource(backend, options);
      const found = await Promise.all(names.map((name) => has(() => source.read([name]))));
      return new Set(names.filter((_, i) => found[i]));
    } catch (error) {
      if (error instanceof FlowMasonError && error.code === 'SECRETS_BACKEND') return undefined;
      throw error;
    }
  };
}

/** One that would read what belongs to FlowMason is not there for pipelines; a run that needs it says why. */
async function has(read: () => Promise<ReadonlyMap<string, string>>): Promise<boolean> {
  try {
    return (await read()).size > 0;
  } catch (error) {
    if (error instanceof FlowMasonError && error.code === 'SECURITY') return false;
    throw error;
  }
}
