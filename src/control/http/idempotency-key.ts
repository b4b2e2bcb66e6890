import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';

/** As long as an index of every database takes. */
const KEY = /^[\x20-\x7e]{1,255}$/;

/**
 * The key of a call by its header; undefined without one. An empty one, of a variable that is not set, would make one call
 * of all calls. Throws FlowMasonError `REQUEST_INVALID`.
 */
export function idempotencyKey(header: string | undefined): string | undefined {
  if (header === undefined || KEY.test(header)) return header;
  const found = header === '' ? 'an empty one' : header.length > 255 ? `${header.length}` : quote(header);
  return fail(
    'REQUEST_INVALID',
    `Idempotency-Key: Expected 1 to 255 letters, digits and signs of ASCII, found ${found}`,
    {
      hint: 'Send a key that no other call has, such as a UUID, or leave the header out.',
    },
  );
}
