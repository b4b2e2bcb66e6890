/** What one stable code means, for the exit status, the API and `fm explain`. */
export interface CodeEntry {
  /** Exit code of a command that ends with it (DEPLOYMENT.md 10). */
  readonly exit: number;
  /** HTTP status of an API answer that carries it. */
  readonly http: number;
  readonly title: string;
  /** Two to six plain sentences: what it means, why it exists, how to get on. */
  readonly explanation: string;
  /** A wrong and a right piece of JSON or shell, where that helps. */
  readonly example?: string;
}
