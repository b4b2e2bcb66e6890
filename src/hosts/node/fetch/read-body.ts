import { pipeline, Readable, Transform } from 'node:stream';
import { shownUrl } from '../../../components/http/shown-url.ts';
import { StageError } from '../../../core/run.ts';
import { decoders } from './content-coding.ts';
import type { Hop } from './hop.ts';

type Chunks = AsyncIterable<Buffer>;

/**
 * Reads a body to its end and takes its content codings off. Throws StageError `QUOTA` as soon as more than `maxBytes`
 * came out, without reading on; errors of the stream and of decompression as they come.
 */
export async function readBody(
  body: Readable,
  headers: Readonly<Record<string, string>>,
  hop: Hop,
  maxBytes: number,
): Promise<Uint8Array> {
  const subject = `${hop.method} ${shownUrl(hop.url)}`;
  const tooLarge = (): StageError =>
    new StageError('QUOTA', 'response_too_large', `${subject} answered more than ${maxBytes} bytes`, {
      hint: 'ask for less: a page, a range, fewer fields',
    });
  const chunks: AsyncIterator<Buffer, undefined> = body[Symbol.asyncIterator]();
  const coding = headers['content-encoding'];
  const announced = Number(headers['content-length']);
  if (hop.method !== 'HEAD' && coding === undefined && announced > maxBytes) throw tooLarge();
  const first = await chunks.next();
  // To a decompressor an empty body is one that was cut.
  if (first.done) return new Uint8Array();
  const layers = decoders(coding, first.value, subject);
  const source = joined(first.value, chunks);
  if (layers.length === 0) return collect(source, maxBytes, tooLarge);
  // What is compressed is hardly longer than what it holds; but it could be endless and hold nothing.
  const bounded = layers.flatMap((layer) => [limit(2 * maxBytes + 1_024, tooLarge), layer]);
  // The iteration below meets the errors of every part.
  const decoded = pipeline([Readable.from(source), ...bounded], () => {});
  return collect(decoded as Transform, maxBytes, tooLarge);
}

async function* joined(first: Buffer, chunks: AsyncIterator<Buffer, undefined>): Chunks {
  yield first;
  yield* { [Symbol.asyncIterator]: () => chunks };
}

function limit(maxBytes: number, tooLarge: () => Error): Transform {
  let length = 0;
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      length += chunk.length;
      if (length > maxBytes) done(tooLarge());
      else done(null, chunk);
    },
  });
}

async function collect(chunks: Chunks, maxBytes: number, tooLarge: () => Error): Promise<Uint8Array> {
  const parts: Buffer[] = [];
  let length = 0;
  for await (const chunk of chunks) {
    length += chunk.length;
    if (length > maxBytes) throw tooLarge();
    parts.push(chunk);
  }
  return Buffer.concat(parts, length);
}
