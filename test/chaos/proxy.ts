import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** What becomes of something that a client sends: it never arrives, or its answer never does; the connection ends. */
export type Cut = 'before' | 'after';

/** A way to a server on which connections can be cut or go silent. */
export interface Proxy {
  readonly port: number;
  /** Asked for each piece that a client sends. */
  decide: (sent: Buffer) => Cut | undefined;
  /** Whether bytes go nowhere, and no connection ends: what a network does that has lost a link. */
  silent: boolean;
}

/** Opens one to a port of the loopback; it is gone when the test is over. `host`: where it listens. */
export async function openProxy(to: number, host = '127.0.0.1'): Promise<Proxy> {
  const sockets = new Set<Socket>();
  const server = createServer((client) => {
    const upstream = connect(to, '127.0.0.1');
    const ends = [client, upstream];
    const cut = (): void => {
      for (const socket of ends) socket.destroy();
    };
    for (const socket of ends) {
      sockets.add(socket.setNoDelay());
      socket.on('error', cut);
      socket.on('close', () => {
        sockets.delete(socket);
        // Whoever is behind a lost link hears of nothing.
        if (!proxy.silent) cut();
      });
    }
    let isAnswered = true;
    client.on('data', (sent) => {
      if (proxy.silent) return;
      const how = proxy.decide(sent);
      if (how === 'before') return cut();
      if (how === 'after') isAnswered = false;
      upstream.write(sent);
    });
    upstream.on('data', (answer) => {
      if (proxy.silent) return;
      if (isAnswered) client.write(answer);
      else cut();
    });
  });
  const proxy = { port: 0, decide: (_: Buffer): Cut | undefined => undefined, silent: false };
  server.listen(0, host);
  await once(server, 'listening');
  // A listening TCP server has one.
  proxy.port = (server.address() as AddressInfo).port;
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  return proxy;
}
