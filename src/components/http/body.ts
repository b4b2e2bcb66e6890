import type { Json } from '../../core/json.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { encodeBase64 } from '../../core/mask.ts';
import { DATA_DEPTH } from '../../core/measure.ts';
import type { IncomingResponse } from '../../core/ports.ts';
import { StageError } from '../../core/run.ts';
import { parseSource } from '../../core/source/parse.ts';
import { type ContentType, isJson, isText, parseContentType } from './content-type.ts';

/**
 * A response's body as data: parsed when it is JSON, text by its charset, else `{base64, content_type}`; null when it is
 * empty. Throws StageError `COMPONENT` `invalid_json` with the place of the mistake; `subject` names the request in it.
 */
export function responseBody({ headers, body }: IncomingResponse, subject: string): Json {
  if (body.length === 0) return null;
  const contentType = parseContentType(headers['content-type']);
  if (isJson(contentType)) return parseJson(decode(body, contentType.charset), subject, contentType);
  if (isText(contentType)) return decode(body, contentType.charset);
  const text = contentType.type === '' ? utf8(body) : undefined;
  return text ?? { base64: encodeBase64(body), content_type: contentType.type || 'application/octet-stream' };
}

/** An error's `details` are read by people: more than this of a body says nothing new. */
const EXCERPT = 4_000;

/** A body as it is shown in an error: JSON if it is short, else the beginning of its text. */
export function bodyExcerpt({ headers, body }: IncomingResponse): Json {
  if (body.length === 0) return null;
  const contentType = parseContentType(headers['content-type']);
  const readable = isJson(contentType) || isText(contentType);
  // A character has four bytes at most.
  const head = body.subarray(0, 4 * EXCERPT);
  const text = readable ? decode(head, contentType.charset) : contentType.type === '' ? utf8(head) : undefined;
  if (text === undefined) return `${body.length} bytes of ${contentType.type || 'binary data'}`;
  if (text.length > EXCERPT || head.length < body.length) return `${text.slice(0, EXCERPT)}…`;
  if (!isJson(contentType)) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A byte order mark wins over what the header says, an unknown charset is read as UTF-8 (Encoding standard). */
function decode(bytes: Uint8Array, charset = 'utf-8'): string {
  const mark =
    bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : '';
  const utf8Mark = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 'utf-8' : '';
  try {
    return new TextDecoder(mark || utf8Mark || charset).decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parseJson(text: string, subject: string, { type }: ContentType): Json {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new StageError(
      'COMPONENT',
      'invalid_json',
      `${subject} answered ${type} that is not JSON${where(text, error)}`,
      {
        hint: 'the server sent a wrong body or a wrong content-type; `details.body` shows its beginning',
        details: { body: text.slice(0, 200) },
      },
    );
  }
}

/** The place of the first mistake. The runtime's own message does not always tell it. */
function where(text: string, error: unknown): string {
  const limits = { ...DEFAULT_LIMITS, file_bytes: Number.POSITIVE_INFINITY, nesting: DATA_DEPTH };
  const problem = parseSource(text, { limits }).problems.find(({ code }) => code === 'INVALID_JSON');
  if (problem) return `, at line ${problem.line}, column ${problem.column}: ${problem.message}`;
  return error instanceof Error ? `: ${error.message}` : '';
}
