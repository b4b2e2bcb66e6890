/** What a secrets back end is made from. */
export interface SecretSourceOptions {
  /** Environment variables of the process. */
  readonly variables: Readonly<Record<string, string | undefined>>;
  /** Variables that no secret may read: those that the project file names for an environment. */
  readonly reserved: Iterable<string>;
}
