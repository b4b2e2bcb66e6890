import type { Sql } from 'postgres';

/** Opens a client, and calls back whenever one of its connections is lost or closed. */
export type OpenClient = (onClose: () => void) => Sql;

/** Seconds that statements on a client that is replaced may still take. */
const LAST = 60;

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
    if (this.#current.lost) {
      const { client } = this.#current;
      this.#current = this.#make();
      // What is under way on its other connections goes on; a failure is told to whoever waits for that.
      client.end({ timeout: LAST }).catch(() => {});
    }
    return this.#current.client;
  }

  /** One object that always leads to the current client. */
  proxy(): Sql {
    return new Proxy(this.#current.client, { get: (_, key) => Reflect.get(this.current, key) });
  }

  async end(seconds: number): Promise<void> {
    await this.#current.client.end({ timeout: seconds });
  }

  #make(): { readonly client: Sql; lost: boolean } {
    const onClose = (): void => {
      made.lost = true;
    };
    const made = { lost: false, client: this.#open(onClose) };
    return made;
  }
}
