import type { Sql } from 'postgres';

/** Opens a client, and calls back whenever one of its connections is lost or closed. */
export type OpenClient = (onClose: () => void) => Sql;

/** Seconds that statements on a client that is replaced may still take. */
const LAST = 15;

/**
 * A client that is replaced after the loss of a connection: what postgres.js 3.4 opens in its place may never send anything
 * again, and all that comes to it ends with `CONNECT_TIMEOUT` until the process ends (its issues 1199 and 1133).
 */
export class RenewedClient {
  readonly #open: OpenClient;
  #current: { readonly client: Sql; lost: boolean };

  constructor(open: OpenClient) {
    this.#open = open;
    this.#current = this.#make();
  }

  /** The client to begin something with now. */
  get current(): Sql {
    if (this.#current.lost) this.#current = this.#make();
    return this.#current.client;
  }

  /** One object that always leads to the current client. */
  proxy(): Sql {
    return new Proxy(this.#current.client, { get: (_, key) => Reflect.get(this.current, key) });
  }

  /** Its connections are of no use any more. */
  lose(): void {
    const current = this.#current;
    if (current.lost) return;
    current.lost = true;
    // What is under way on its other connections goes on. What it would never answer, because it came between the loss of a
    // connection and the news of it, fails then at the latest; a failure is told to whoever waits for that.
    current.client.end({ timeout: LAST }).catch(() => {});
  }

  async end(seconds: number): Promise<void> {
    await this.#current.client.end({ timeout: seconds });
  }

  #make(): { readonly client: Sql; lost: boolean } {
    const onClose = (): void => {
      if (this.#current === made) this.lose();
    };
    const made = { lost: false, client: this.#open(onClose) };
    return made;
  }
}
