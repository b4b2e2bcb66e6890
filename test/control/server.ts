import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { connect } from 'node:net';
import { getRequestListener } from '@hono/node-server';
import { onTestFinished } from 'vitest';

/** Serves an app on a free port until the test is over. */
export async function listening(app: { fetch(request: Request): Response | Promise<Response> }): Promise<number> {
  const server = createServer(getRequestListener((request) => app.fetch(request)));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

export interface Raw {
  /** What came until the connection was closed. */
  readonly text: string;
  /** Bytes that went out. */
  readonly sent: number;
}

/**
 * Writes to a socket as nobody's HTTP library would: `head`, then `chunk` again and again, `times` times or until the
 * other side has answered and closed. Ends when the other side closes; without `times` it half-closes first.
 */
export function raw(
  port: number,
  head: string,
  body: { chunk?: Uint8Array | string; times?: number } = {},
): Promise<Raw> {
  const { chunk = '', times = 0 } = body;
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    let left = times;
    const pour = (): void => {
      while (left > 0 && !socket.destroyed && text === '') {
        left--;
        if (!socket.write(chunk)) {
          socket.once('drain', pour);
          return;
        }
      }
      socket.end();
    };
    socket.setEncoding('latin1').on('data', (data) => {
      text += data;
      // Who has answered does not read the rest.
      if (times > 0) socket.end();
    });
    socket.on('error', () => {}).on('close', () => resolve({ text, sent: socket.bytesWritten }));
    socket.write(head);
    pour();
  });
}
