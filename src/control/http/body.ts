import { fail } from '../../core/errors.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { structureProblem } from './structure.ts';

const MB = 1_000_000;
/** Bytes of a body, counted as they are read (DEPLOYMENT.md 5). */
export const MOST_UPLOAD = 20 * MB;
export const MOST_BODY = 5 * MB;
/** Of calls that need no key. */
export const MOST_OPEN = 0.1 * MB;
/** Levels of nesting: a run's input may have 64, and stands some levels down. */
const DEEPEST = 80;
const DECODER = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON object of a request's body; an empty body is an empty object. Throws FlowMasonError `CONTENT_TYPE`,
 * `BODY_TOO_LARGE`, `BODY_INVALID`.
 */
export async function readBody(request: Request, most: number): Promise<JsonObject> {
  const bytes = await readBytes(request, most);
  if (bytes.length === 0) return {};
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json' || request.headers.get('content-encoding') !== null) {
    fail('CONTENT_TYPE', `The body has to be application/json as it is, found ${type || 'no content-type'}`);
  }
  const value = parseJson(bytes);
  if (!isObject(value)) fail('BODY_INVALID', 'The body has to be a JSON object');
  // JSON.parse gives JSON.
  return value as JsonObject;
}

/** The bytes of a request's body. Throws FlowMasonError `BODY_TOO_LARGE`. */
export async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  const said = request.headers.get('content-length');
  // What is said to be too long need not be read; what is said to be short is counted all the same.
  if (Number(said ?? 0) > most) tooLarge(most);
  // A host reads no more than that, and at once is faster than bit by bit.
  if (said !== null && /^\d+$/.test(said)) {
    const bytes = new Uint8Array(await request.arrayBuffer());
    return bytes.length > most ? tooLarge(most) : bytes;
  }
  if (request.body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      // Not awaited: some who send never hear of it.
      void reader.cancel().catch(() => {});
      tooLarge(most);
    }
    parts.push(value);
  }
  const [only] = parts;
  if (parts.length === 1 && only) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

function tooLarge(most: number): never {
  fail('BODY_TOO_LARGE', `The body has more than ${most / MB} MB`);
}

/** Throws FlowMasonError `BODY_INVALID` for what is not JSON, repeats a key, or nests too deeply. */
export function parseJson(bytes: Uint8Array): unknown {
  const text = textOf(bytes);
  const wrong = structureProblem(text, DEEPEST);
  if (wrong !== undefined) fail('BODY_INVALID', `The body cannot be read: ${wrong}`);
  try {
    return JSON.parse(text);
  } catch (error) {
    return fail('BODY_INVALID', `The body is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/** Throws FlowMasonError `BODY_INVALID` for what is not UTF-8. */
export function textOf(bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch {
    return fail('BODY_INVALID', 'The body is not UTF-8');
  }
}
