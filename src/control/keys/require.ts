import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';
import type { StoredKey } from '../../store/keys.ts';
import type { StoreTransaction } from '../../store/store.ts';

/** A key of the environment by its id. Throws FlowMasonError `NOT_FOUND`. */
export async function requireKey(tx: StoreTransaction, environment: string, id: string): Promise<StoredKey> {
  const found = (await tx.keys.list(environment)).find((key) => key.id === id);
  return found ?? fail('NOT_FOUND', `${environment} has no key with the id ${quote(id)}`, { hint: 'fm keys list' });
}
