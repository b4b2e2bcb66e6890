import type { Transform } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate, createInflateRaw, createZstdDecompress } from 'node:zlib';
import { StageError } from '../../../core/run.ts';

/** More would be an attack: nobody compresses twice. */
const MAX_CODINGS = 5;

const DECODERS: Readonly<Record<string, (first: Buffer | undefined) => Transform>> = {
  gzip: () => createGunzip(),
  'x-gzip': () => createGunzip(),
  br: () => createBrotliDecompress(),
  zstd: () => createZstdDecompress(),
  // Some servers send raw deflate; the low nibble of a zlib stream's first byte is always 8 (RFC 1950, 2.2).
  deflate: (first) => (first !== undefined && ((first[0] ?? 8) & 0x0f) !== 8 ? createInflateRaw() : createInflate()),
};

/** Names that stand for no compression, some by mistake of the server. */
const PLAIN: ReadonlySet<string> = new Set(['', 'identity', 'none', 'binary', 'utf-8', 'aws-chunked']);

/**
 * The decompressors of a `content-encoding`, in the order in which bytes pass them. `first`: the first bytes of the
 * body; `subject` names the request in errors. Throws StageError `CONNECTIVITY` for a coding that is not known.
 */
export function decoders(contentEncoding: string | undefined, first: Buffer, subject: string): Transform[] {
  const names = (contentEncoding ?? '').toLowerCase().split(',');
  const codings = names.map((name) => name.trim()).filter((name) => !PLAIN.has(name));
  if (codings.length > MAX_CODINGS) throw unreadable(subject, `is compressed ${codings.length} times`);
  return codings.reverse().map((coding, index) => {
    const create = Object.hasOwn(DECODERS, coding) ? DECODERS[coding] : undefined;
    if (!create)
      throw unreadable(
        subject,
        `has the content-encoding ${JSON.stringify(coding.slice(0, 40))}, which nobody asked for`,
      );
    return create(index === 0 ? first : undefined);
  });
}

function unreadable(subject: string, what: string): StageError {
  return new StageError('CONNECTIVITY', 'invalid_compression', `The answer to ${subject} ${what}`);
}
