import { KEY_BYTES, makeAccessKey } from '../../core/access-key.ts';
import type { NewKeyView } from '../../core/api/administration.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { StoreTransaction } from '../../store/store.ts';
import type { ControlPlane, Scope } from '../control.ts';
import { keyView } from './view.ts';

export interface Issued {
  readonly name: string;
  readonly scopes: readonly Scope[];
  readonly actor: string;
  /** Epoch milliseconds. */
  readonly expires_at: number | undefined;
}

/** Makes a key of the environment and stores its digest; the answer is the only place that the whole key is in. */
export async function issueKey(control: ControlPlane, tx: StoreTransaction, issued: Issued): Promise<NewKeyView> {
  const { environment, clock } = control;
  const { id, key } = makeAccessKey(environment, chance(control));
  const stored = await tx.keys.create({ ...issued, id, environment, secret: key });
  return { ...keyView(stored, clock.now()), key };
}

/** The answer as it may be stored for repeated calls. */
export function withoutKey<T extends NewKeyView>(issued: T): T {
  return { ...issued, key: null };
}

/** Bytes out of two ids that nobody can guess: SHA-256 keeps what chance is in them. */
function chance({ ids }: ControlPlane): Uint8Array {
  const hex = sha256Hex(`${ids.random()} ${ids.random()}`);
  return Uint8Array.from({ length: KEY_BYTES }, (_, at) => Number.parseInt(hex.slice(2 * at, 2 * at + 2), 16));
}
