import type { Client } from '../../../client/client.ts';
import type { Digest } from '../../../core/release/digest.ts';

/** Of one request: as many as the server takes, and bytes of texts, which JSON can make twice as many. */
const MOST_PIPELINES = 1_000;
const MOST_BYTES = 6_000_000;

/** A text that is to be uploaded. */
export interface Upload {
  readonly digest: Digest;
  readonly text: string;
}

/** Sends pipelines, a few requests for many. One that was interrupted can be repeated: what is there is not sent again. */
export async function uploadPipelines(client: Client, uploads: Iterable<Upload>): Promise<void> {
  let batch: Upload[] = [];
  let bytes = 0;
  const send = async (): Promise<void> => {
    if (batch.length > 0) await client.call('PUT /pipelines/by-digest', { pipelines: batch });
    batch = [];
    bytes = 0;
  };
  for (const { digest, text } of uploads) {
    const size = Buffer.byteLength(text);
    if (batch.length === MOST_PIPELINES || bytes + size > MOST_BYTES) await send();
    batch.push({ digest, text });
    bytes += size;
  }
  await send();
}
