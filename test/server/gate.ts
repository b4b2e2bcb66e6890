import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A call that goes through. */
export interface Passing {
  /** `POST /deployments`, below `/api/v1`. */
  readonly route: string;
  /** From 1, since the rule was made. */
  readonly count: number;
  /** Before it reaches the server, or when the server has answered and the client does not know yet. */
  readonly when: 'before' | 'after';
}

/** Whether a call goes on, which a rule may take its time for; else the connection is cut. */
export type Rule = (passing: Passing) => boolean | Promise<boolean>;

/** What stands between clients and a server, and may stop them in the middle. */
export interface Gate {
  readonly url: string;
  /** Routes that were asked for under the present rule. */
  readonly routes: readonly string[];
  /** From now on; without one everything goes through. */
  rule(rule?: Rule): void;
  /** Where calls go from now on. */
  to(url: string): void;
}

const LOST: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'transfer-encoding', 'content-length', 'host']);

/** Opens a gate before a server; it is gone when the test is over. */
export async function openGate(target: string): Promise<Gate> {
  let [to, rule]: [string, Rule] = [target, () => true];
  let routes: string[] = [];
  const server = createServer(async (request, response) => {
    const { method = '', url = '', headers } = request;
    const parts: Buffer[] = [];
    request.on('data', (part) => parts.push(part));
    await new Promise((resolve) => request.on('close', resolve).on('end', resolve));
    const decide = rule;
    const route = `${method} ${url.replace('/api/v1', '').replace(/\?.*/, '')}`;
    const count = routes.push(route);
    try {
      if (!(await decide({ route, count, when: 'before' }))) return void response.destroy();
      const sent = Object.entries(headers).filter(([name]) => !LOST.has(name)) as [string, string][];
      const body = parts.length === 0 ? {} : { body: Buffer.concat(parts) };
      const answer = await fetch(`${to}${url}`, { method, headers: sent, ...body });
      const text = Buffer.from(await answer.arrayBuffer());
      if (!(await decide({ route, count, when: 'after' }))) return void response.destroy();
      response.writeHead(answer.status, [...answer.headers].filter(([name]) => !LOST.has(name)).flat());
      response.end(text);
    } catch {
      // The server is away, and its clients see no more of it than this.
      response.destroy();
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    get routes() {
      return routes;
    },
    rule(next = () => true) {
      rule = next;
      routes = [];
    },
    to(url) {
      to = url;
    },
  };
}
