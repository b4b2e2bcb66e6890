import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A statement as it was sent to PostgreSQL; values as texts. */
export interface Statement {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** A way to a PostgreSQL server on which every statement is written down. */
export interface Tap {
  /** The URL of the database, by this way. */
  readonly url: string;
  /** Statements since the last call, in the order in which they were sent. */
  take(): Statement[];
  close(): Promise<void>;
}

const LENGTH = 4;

export async function openTap(url: string): Promise<Tap> {
  const target = new URL(url);
  let statements: Statement[] = [];
  const open = new Set<Socket>();
  const server = createServer((near) => {
    const far = connect(Number(target.port), target.hostname);
    for (const socket of [near, far]) {
      open.add(socket.on('error', () => {}));
      socket.once('close', () => {
        open.delete(socket);
        near.destroy();
        far.destroy();
      });
    }
    const read = reader((statement) => statements.push(statement));
    near.on('data', (data) => read(data));
    near.pipe(far).pipe(near);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: Object.assign(new URL(url), { port: String(port) }).href,
    take() {
      const taken = statements;
      statements = [];
      return taken;
    },
    async close() {
      for (const socket of open) socket.destroy();
      server.close();
      await once(server, 'close');
    },
  };
}

/** Reads what a client sends (PostgreSQL 18, 54.7): Parse, Bind and Query; the first message has no type. */
function reader(onStatement: (statement: Statement) => void): (data: Buffer) => void {
  const texts = new Map<string, string>();
  let rest: Buffer = Buffer.alloc(0);
  let begun = false;
  const read = (type: string, body: Buffer): void => {
    const [first, second] = [textAt(body, 0), textAt(body, textAt(body, 0).end)];
    if (type === 'P') texts.set(first.text, second.text);
    if (type === 'Q') onStatement({ text: first.text, values: [] });
    if (type === 'B') onStatement({ text: texts.get(second.text) ?? '', values: valuesAt(body, second.end) });
  };
  return (data) => {
    rest = Buffer.concat([rest, data]);
    for (;;) {
      const at = begun ? 1 : 0;
      if (rest.length < at + LENGTH) return;
      const end = at + rest.readUInt32BE(at);
      if (rest.length < end) return;
      if (begun) read(String.fromCharCode(rest[0] ?? 0), rest.subarray(at + LENGTH, end));
      begun = true;
      rest = rest.subarray(end);
    }
  };
}

function textAt(body: Buffer, at: number): { readonly text: string; readonly end: number } {
  const end = body.indexOf(0, at);
  return end === -1 ? { text: '', end: at } : { text: body.toString('utf8', at, end), end: end + 1 };
}

/** The values of a Bind, behind the codes of their formats. */
function valuesAt(body: Buffer, start: number): (string | null)[] {
  let at = start + 2 + body.readUInt16BE(start) * 2;
  const values: (string | null)[] = [];
  const count = body.readUInt16BE(at);
  at += 2;
  for (let i = 0; i < count; i++) {
    const length = body.readInt32BE(at);
    at += LENGTH;
    values.push(length === -1 ? null : body.toString('utf8', at, at + length));
    at += Math.max(0, length);
  }
  return values;
}
