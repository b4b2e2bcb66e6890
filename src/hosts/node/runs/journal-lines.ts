import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK = 1 << 17;
const NEWLINE = 10;

export interface Line {
  /** From 1. */
  readonly number: number;
  readonly text: string;
  /** Bytes of the file up to and with this line's end. */
  readonly end: number;
  /** Without its line end: the last line of a file that a crash cut. */
  readonly torn: boolean;
}

/** The lines of a file of any size, read piece by piece: a journal may be larger than a string can be. */
export function* readLines(file: string): Generator<Line> {
  const fd = openSync(file, 'r');
  try {
    let rest: Uint8Array[] = [];
    let number = 0;
    let end = 0;
    for (;;) {
      const chunk = Buffer.allocUnsafe(CHUNK);
      const size = readSync(fd, chunk, 0, CHUNK, null);
      if (size === 0) break;
      let from = 0;
      for (;;) {
        const at = chunk.subarray(0, size).indexOf(NEWLINE, from);
        if (at < 0) break;
        const bytes = Buffer.concat([...rest, chunk.subarray(from, at)]);
        rest = [];
        end += bytes.length + 1;
        yield { number: ++number, text: bytes.toString('utf8'), end, torn: false };
        from = at + 1;
      }
      if (from < size) rest.push(chunk.subarray(from, size));
    }
    if (rest.length > 0) {
      const bytes = Buffer.concat(rest);
      yield { number: number + 1, text: bytes.toString('utf8'), end: end + bytes.length, torn: true };
    }
  } finally {
    closeSync(fd);
  }
}
