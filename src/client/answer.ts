import { FlowMasonError, fail } from '../core/errors.ts';
import { errorOfDocument } from '../core/problem-document.ts';

/** Characters of an answer that is none of ours. */
const SHOWN = 120;
/** Bytes of an answer: ten times what a server of ours sends at once. */
const MOST_BYTES = 67_108_864;

/** The whole text of an answer. Throws FlowMasonError `SERVER_UNREACHABLE`, `ANSWER_INVALID` for one without an end. */
export async function readText(response: Response, url: string, signal: AbortSignal | undefined): Promise<string> {
  const { body, headers } = response;
  if (Number(headers.get('content-length') ?? 0) > MOST_BYTES) {
    // Who does not read it lets the connection go.
    await body?.cancel().catch(() => {});
    return tooLong(url);
  }
  const decoder = new TextDecoder();
  const reader = body?.getReader();
  const parts: string[] = [];
  try {
    for (let bytes = 0; ; ) {
      const part = await reader?.read();
      if (!part || part.done) return parts.join('') + decoder.decode();
      bytes += part.value.length;
      if (bytes > MOST_BYTES) return tooLong(url);
      parts.push(decoder.decode(part.value, { stream: true }));
    }
  } catch (error) {
    return unreachable(url, error, signal);
  } finally {
    await reader?.cancel().catch(() => {});
  }
}

function tooLong(url: string): never {
  fail('ANSWER_INVALID', `${url} answered more than ${MOST_BYTES / 1_048_576} MB, and not as a FlowMason server`, {
    hint: 'Check that the address is that of a control plane, and what stands between.',
  });
}

/** What an answer refuses with. */
export async function errorOf(response: Response, url: string): Promise<FlowMasonError> {
  const text = await readText(response, url, undefined);
  const error = errorOfDocument(parse(text));
  if (error) return error;
  try {
    return invalid(url, response, text);
  } catch (thrown) {
    if (thrown instanceof FlowMasonError) return thrown;
    throw thrown;
  }
}

/** Undefined for what is no JSON. */
export function parse(text: string) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Throws why there is no answer: the reason of `signal` when that is why, what was thrown as ours, else `SERVER_UNREACHABLE`. */
export function unreachable(url: string, error: unknown, signal: AbortSignal | undefined): never {
  if (signal?.aborted) throw signal.reason;
  if (error instanceof FlowMasonError) throw error;
  fail('SERVER_UNREACHABLE', `${url} cannot be reached: ${reasonOf(error)}`, {
    hint: 'Check the address and the network, and run the command again: what was done already is not done twice.',
    cause: error,
  });
}

/** The deepest cause says most: `connect ECONNREFUSED 127.0.0.1:8787`. */
export function reasonOf(error: unknown): string {
  let reason = error;
  for (let depth = 0; reason instanceof Error && reason.cause !== undefined && depth < 8; depth++)
    reason = reason.cause;
  return reason instanceof Error ? reason.message || reason.name : String(reason);
}

/** Throws FlowMasonError `ANSWER_INVALID` with how the answer began, or where it sends. */
export function invalid(url: string, { status, headers }: Response, text: string): never {
  const location = headers.get('location');
  const start = shown(text) || 'nothing';
  const what = location === null ? start : `a redirect to ${shown(location)}, which is not followed`;
  fail('ANSWER_INVALID', `${url} answered ${status}, and not as a FlowMason server: ${what}`, {
    hint: 'Check that the address is that of a control plane, and what stands between.',
  });
}

function shown(text: string): string {
  return text.slice(0, SHOWN).replaceAll(/\p{Cc}+/gu, ' ');
}
