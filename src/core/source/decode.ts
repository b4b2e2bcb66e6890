import type { Problem } from '../problem.ts';
import { Lines } from './lines.ts';

/**
 * The text of a file's bytes, without a UTF-8 byte order mark; or the problem `INVALID_ENCODING` at the first byte that
 * is not UTF-8.
 */
export function decodeUtf8(
  bytes: Uint8Array,
  file?: string,
): { readonly text: string; readonly problem?: undefined } | { readonly text?: undefined; readonly problem: Problem } {
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) };
  } catch {
    return { problem: encodingProblem(bytes, file) };
  }
}

function encodingProblem(bytes: Uint8Array, file: string | undefined): Problem {
  const base = { code: 'INVALID_ENCODING', severity: 'error', file } as const;
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    const message = 'Expected UTF-8, found UTF-16 (its byte order mark)';
    return { ...base, message, hint: 'Save the file as UTF-8', line: 1, column: 1, length: 1 };
  }
  const offset = firstInvalid(bytes);
  const before = new TextDecoder().decode(bytes.subarray(0, offset));
  const byte = (bytes[offset] ?? 0).toString(16).padStart(2, '0');
  return {
    ...base,
    message: `Expected UTF-8, found the byte 0x${byte} at offset ${offset}, which cannot stand there`,
    hint: 'Save the file as UTF-8',
    ...new Lines(before).at(before.length),
    length: 1,
  };
}

/** Offset of the first sequence that is not UTF-8 (Unicode, table 3-7). The decoder refuses without saying where. */
function firstInvalid(bytes: Uint8Array): number {
  for (let i = 0; i < bytes.length; ) {
    const length = sequenceLength(bytes, i);
    if (length === 0) return i;
    i += length;
  }
  return bytes.length;
}

function sequenceLength(bytes: Uint8Array, start: number): number {
  const lead = bytes[start] ?? 0;
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  const second = bytes[start + 1] ?? 0;
  const lowest = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
  const highest = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
  if (second < lowest || second > highest) return 0;
  const length = lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
  for (let i = 2; i < length; i++) if (((bytes[start + i] ?? 0) & 0xc0) !== 0x80) return 0;
  return length;
}
