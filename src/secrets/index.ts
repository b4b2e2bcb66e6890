import type { SecretSource } from '../core/ports.ts';

export interface SecretSourceOptions {
  readonly backend: string;
  /** Environment variables of the process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Variables that no secret may read: those that the project file names for an environment. */
  readonly reserved: Iterable<string>;
}

/** The source of secrets by its back end's name. Throws FlowMasonError `SECRETS_BACKEND`. */
export declare function createSecretSource(options: SecretSourceOptions): SecretSource;
