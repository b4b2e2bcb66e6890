import type { Fetch } from '../../core/ports.ts';

/** The platform's own fetch, with a bound on what is read. For addresses that a server's settings name. */
export const edgeFetch: Fetch = async ({ url, method, headers, body, follow_redirects, signal, max_bytes }) => {
  const response = await fetch(url, {
    method,
    headers,
    redirect: follow_redirects ? 'follow' : 'manual',
    signal,
    ...(body === undefined ? undefined : { body: typeof body === 'string' ? body : new Uint8Array(body) }),
  });
  const parts: Uint8Array<ArrayBuffer>[] = [];
  let length = 0;
  for (const reader = response.body?.getReader(); reader; ) {
    const { done, value } = await reader.read();
    if (done) break;
    length += value.length;
    if (length > max_bytes) {
      await reader.cancel();
      throw new Error(`the answer has more than ${max_bytes} bytes`);
    }
    parts.push(new Uint8Array(value));
  }
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await new Blob(parts).arrayBuffer()),
    elapsed_ms: 0,
  };
};
