import type { Limits } from '../limits.ts';
import type { Problem } from '../problem.ts';
import { Lines } from './lines.ts';

/** Why a file of that many bytes is not even read (PIPELINES.md 1, limits); undefined when it may be. */
export function checkSize(bytes: number, limits: Pick<Limits, 'file_bytes'>, file?: string): Problem | undefined {
  if (bytes <= limits.file_bytes) return undefined;
  return {
    code: 'FILE_TOO_LARGE',
    severity: 'error',
    file,
    message: `Expected at most ${inMegabytes(limits.file_bytes)}, found ${inMegabytes(bytes)}`,
    hint: 'Move data into the input, and parts of the pipeline into pipelines of their own (component `subpipeline`)',
    line: 1,
    column: 1,
    length: 1,
  };
}

/**
 * Whether a text may be parsed: its bytes and the depth of its brackets are counted without recursion, so that nothing
 * larger or deeper ever reaches a parser.
 */
export function checkText(text: string, limits: Limits, file?: string): Problem | undefined {
  // Bytes are never fewer than units: a hopeless text is refused without a look at it.
  const tooLong = checkSize(text.length, limits, file);
  if (tooLong) return tooLong;
  const measured = measureText(text, limits.nesting);
  const tooLarge = checkSize(measured.bytes, limits, file);
  if (tooLarge) return tooLarge;
  if (measured.tooDeep === undefined) return undefined;
  return {
    code: 'NESTING_TOO_DEEP',
    severity: 'error',
    file,
    message: `Expected at most ${limits.nesting} levels of nesting, found one more here`,
    hint: 'Take a level out, or move the inner part into a pipeline of its own (component `subpipeline`)',
    ...new Lines(text).at(measured.tooDeep),
    length: 1,
  };
}

const QUOTE = 34;
const BACKSLASH = 92;
const SLASH = 47;
const STAR = 42;

/**
 * UTF-8 bytes of a text, and the offset of the first bracket that is one level too deep. It sees strings and comments
 * as the parser does, and a closing bracket that does not match closes nothing, because that is how the parser recovers.
 */
function measureText(text: string, nesting: number): { bytes: number; tooDeep: number | undefined } {
  const open: number[] = [];
  let bytes = text.length;
  let state: 'plain' | 'string' | 'line' | 'block' = 'plain';
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    bytes += extraBytes(unit);
    const lineEnd = unit === 10 || unit === 13;
    if (state === 'string') {
      if (unit === QUOTE || lineEnd) state = 'plain';
      else if (unit === BACKSLASH && i + 1 < text.length) bytes += extraBytes(text.charCodeAt(++i));
    } else if (state === 'line') {
      if (lineEnd) state = 'plain';
    } else if (state === 'block') {
      if (unit === STAR && text.charCodeAt(i + 1) === SLASH) {
        state = 'plain';
        i++;
      }
    } else if (unit === QUOTE) state = 'string';
    else if (unit === SLASH && text.charCodeAt(i + 1) === SLASH) state = 'line';
    else if (unit === SLASH && text.charCodeAt(i + 1) === STAR) {
      state = 'block';
      i++;
    } else if (unit === 0x7b || unit === 0x5b) {
      open.push(unit);
      if (open.length > nesting) return { bytes, tooDeep: i };
    } else if (unit === 0x7d || unit === 0x5d) {
      if (open.at(-1) === unit - 2) open.pop();
    }
  }
  return { bytes, tooDeep: undefined };
}

/** UTF-8 bytes of a unit beyond its first one. A surrogate pair has four bytes, two for each half. */
function extraBytes(unit: number): number {
  if (unit <= 0x7f) return 0;
  return unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
}

function inMegabytes(bytes: number): string {
  if (bytes >= 1_000_000 && bytes % 100_000 === 0) return `${bytes / 1_000_000} MB`;
  return `${String(bytes).replace(/\B(?=(\d{3})+$)/g, ',')} bytes`;
}
