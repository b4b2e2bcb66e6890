import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/**
 * What becomes of something that a client sends: it never arrives, or its answer never does. The connection ends, in good
 * order or with a reset.
 */
export interface Cut {
  readonly when: 'before' | 'after';
  readonly reset: boolean;
}

/** A way to a server on which connections can be cut or go silent. */
export class TcpProxy {
  /** Asked for each piece that a client sends. */
  decide: (sent: Buffer) => Cut | undefined = () => undefined;
  readonly #pairs = new Set<Pair>();
  #silent = false;

  /** Opens one to a port of the loopback; it is gone when the test is over. `host`: where it listens. */
  static async open(to: number, host = '127.0.0.1'): Promise<{ proxy: TcpProxy; port: number }> {
    const proxy = new TcpProxy();
    const server = createServer((client) => proxy.#connect(client, to));
    server.listen(0, host);
    await once(server, 'listening');
    onTestFinished(() => {
      server.close();
      for (const pair of proxy.#pairs) cut(pair);
    });
    // A listening TCP server has one.
    return { proxy, port: (server.address() as AddressInfo).port };
  }

  /** From now on bytes go nowhere and nobody hears of an end, as on a network that has lost a link. */
  silence(): void {
    this.#silent = true;
  }

  /** The link is back, and whatever missed something meanwhile ends. */
  restore(): void {
    this.#silent = false;
    for (const pair of this.#pairs) if (pair.missed) cut(pair);
  }

  #connect(client: Socket, to: number): void {
    const pair: Pair = { client, upstream: connect(to, '127.0.0.1'), missed: false };
    this.#pairs.add(pair);
    let cutting: Cut | undefined;
    const passing = (forward: (bytes: Buffer) => void) => (bytes: Buffer) => {
      if (this.#silent) pair.missed = true;
      else forward(bytes);
    };
    for (const socket of [client, pair.upstream]) {
      socket.setNoDelay();
      socket.on('error', () => {});
      socket.on('close', () => {
        if (this.#silent) pair.missed = true;
        else {
          cut(pair);
          this.#pairs.delete(pair);
        }
      });
    }
    client.on('data', (sent) => {
      // It may be what lets the link go silent.
      const how = this.#silent ? undefined : this.decide(sent);
      passing((bytes) => {
        if (how?.when === 'before') return cut(pair, how);
        cutting ??= how;
        pair.upstream.write(bytes);
      })(sent);
    });
    const answer = passing((bytes) => (cutting ? cut(pair, cutting) : void client.write(bytes)));
    pair.upstream.on('data', answer);
  }
}

interface Pair {
  readonly client: Socket;
  readonly upstream: Socket;
  /** Whether something did not arrive. */
  missed: boolean;
}

function cut({ client, upstream }: Pair, { reset }: Pick<Cut, 'reset'> = { reset: false }): void {
  if (reset) client.resetAndDestroy();
  else client.destroy();
  upstream.destroy();
}
