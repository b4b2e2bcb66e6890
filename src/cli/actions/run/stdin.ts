import { readSync } from 'node:fs';
import { errorCode } from '../../../hosts/node/atomic-file.ts';

/** What stdin is called in messages. */
export const STDIN = '<stdin>';
const PIECE = 65_536;
/** How long to wait for a terminal or pipe that another program has switched to answer "nothing yet". */
const AGAIN_MS = 10;

/** The bytes of stdin, one more than `most` at most: whoever is given too much need not read it all. */
export function readStdin(most: number): Uint8Array {
  const pieces: Uint8Array[] = [];
  let size = 0;
  while (size <= most) {
    const piece = Buffer.alloc(Math.min(PIECE, most + 1 - size));
    const read = readPiece(piece);
    if (read === 0) break;
    pieces.push(piece.subarray(0, read));
    size += read;
  }
  return Buffer.concat(pieces);
}

function readPiece(piece: Uint8Array): number {
  for (;;) {
    try {
      return readSync(0, piece);
    } catch (error) {
      if (errorCode(error) === 'EOF') return 0;
      if (errorCode(error) !== 'EAGAIN') throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, AGAIN_MS);
    }
  }
}
