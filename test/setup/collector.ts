import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';

/** A span as OTLP has it in JSON, its attributes as one object. */
export interface ReceivedSpan {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
  readonly name: string;
  readonly kind: number;
  readonly status: { readonly code?: number };
  readonly links: readonly { readonly traceId: string; readonly spanId: string }[];
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly resource: Readonly<Record<string, unknown>>;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly ReceivedSpan[];
  readonly headers: readonly IncomingHttpHeaders[];
  /** All that it was sent, word for word. */
  readonly bodies: readonly string[];
  /** Resolves when as many spans of this name have come. */
  received(name: string, times?: number): Promise<void>;
}

type Values = { key: string; value: Record<string, unknown> }[];

/** A receiver of OTLP over HTTP on the loopback, gone when the test is over. `hangs`: it never answers. */
export async function startCollector({ hangs = false } = {}): Promise<Collector> {
  const [spans, headers, bodies]: [ReceivedSpan[], IncomingHttpHeaders[], string[]] = [[], [], []];
  const events = new EventEmitter();
  const server = createServer(async (request, response) => {
    const body = await text(request);
    if (hangs) return;
    response.writeHead(200, { 'content-type': 'application/json' }).end('{}');
    headers.push(request.headers);
    bodies.push(body);
    for (const { resource, scopeSpans } of JSON.parse(body).resourceSpans) {
      for (const span of scopeSpans.flatMap((scope: { spans: unknown[] }) => scope.spans)) {
        spans.push({ links: [], ...span, attributes: plain(span.attributes), resource: plain(resource.attributes) });
      }
    }
    events.emit('spans');
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    spans,
    headers,
    bodies,
    async received(name, times = 1) {
      while (spans.filter((span) => span.name === name).length < times) await once(events, 'spans');
    },
  };
}

function plain(values: Values): Record<string, unknown> {
  return Object.fromEntries(values.map(({ key, value }) => [key, Object.values(value)[0]]));
}
