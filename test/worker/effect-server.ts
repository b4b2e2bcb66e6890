import { EventEmitter, once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What was asked of the server: the path without its slash, and the key under which it counts once. */
export interface Call {
  readonly name: string;
  readonly key: string;
  readonly traceparent: string | undefined;
}

/** A server on the loopback that does something once per idempotency key, and tells what it was asked. */
export class EffectServer {
  readonly calls: Call[] = [];
  /** Names that are answered with 500. */
  readonly failing = new Set<string>();
  readonly #held = new Map<string, ServerResponse[]>();
  readonly #holding = new Set<string>();
  readonly #events = new EventEmitter();
  readonly #server = createServer((request, response) => {
    const name = (request.url ?? '/').slice(1);
    request.resume();
    const { 'idempotency-key': key = '', traceparent } = request.headers;
    this.calls.push({ name, key: String(key), traceparent: traceparent?.toString() });
    if (this.#holding.has(name)) this.#held.set(name, [...(this.#held.get(name) ?? []), response]);
    else this.#answer(name, response);
    this.#events.emit(`call ${name}`);
  });

  /** The address, without a slash at its end. */
  async listen(): Promise<string> {
    this.#server.listen(0, '127.0.0.1');
    await once(this.#server, 'listening');
    // A listening TCP server has one.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** From now on what is asked for this name is answered by `release` only. */
  hold(name: string): void {
    this.#holding.add(name);
  }

  release(name: string): void {
    this.#holding.delete(name);
    for (const response of this.#held.get(name) ?? []) this.#answer(name, response);
    this.#held.delete(name);
  }

  /** Resolves when a name has been asked for this many times in all. */
  async asked(name: string, times = 1): Promise<void> {
    while (this.attempts(name) < times) await once(this.#events, `call ${name}`);
  }

  attempts(name: string): number {
    return this.calls.filter((call) => call.name === name).length;
  }

  /** Times that something really happened. */
  effects(name: string): number {
    return new Set(this.calls.filter((call) => call.name === name).map(({ key }) => key)).size;
  }

  #answer(name: string, response: ServerResponse): void {
    const failed = this.failing.has(name);
    response.writeHead(failed ? 500 : 200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ name, done: !failed }));
  }
}
