import { fail } from '../core/errors.ts';
import type { SecretSource } from '../core/ports.ts';
import { envSecrets } from './env.ts';
import type { SecretSourceOptions } from './source-options.ts';

/** Every back end that `secrets.backend` may name; undefined for those that this version has not got. */
const BACKENDS: Readonly<Record<string, ((options: SecretSourceOptions) => SecretSource) | undefined>> = {
  env: envSecrets,
  aws: undefined,
  vault: undefined,
};

/** The source of secrets by its back end's name. Throws FlowMasonError `SECRETS_BACKEND`. */
export function createSecretSource(backend: string, options: SecretSourceOptions): SecretSource {
  const create = Object.hasOwn(BACKENDS, backend) ? BACKENDS[backend] : undefined;
  if (create) return create(options);
  const known = Object.hasOwn(BACKENDS, backend);
  const message = known
    ? `The secrets back end \`${backend}\` is not part of this version, which has only \`env\``
    : `There is no secrets back end \`${backend}\`; this version has \`env\``;
  fail('SECRETS_BACKEND', message, { hint: 'fm config set secrets.backend env' });
}
