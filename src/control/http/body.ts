import { fail } from '../../core/errors.ts';
import { isObject, type JsonObject } from '../../core/json.ts';

const MB = 1_000_000;
/** Bytes of a body, counted as they are read (DEPLOYMENT.md 5). */
export const MOST_UPLOAD = 20 * MB;
export const MOST_BODY = 5 * MB;

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
  const value = parse(bytes);
  if (!isObject(value)) fail('BODY_INVALID', 'The body has to be a JSON object');
  // JSON.parse gives JSON.
  return value as JsonObject;
}

async function readBytes(request: Request, most: number): Promise<Uint8Array> {
  if (request.body === null) return new Uint8Array();
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = request.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > most) {
      await reader.cancel();
      fail('BODY_TOO_LARGE', `The body has more than ${most / MB} MB`);
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

function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof SyntaxError ? error.message : 'it is not UTF-8';
    return fail('BODY_INVALID', `The body is not JSON: ${reason}`);
  }
}
