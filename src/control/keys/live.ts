import type { StoredKey } from '../../store/keys.ts';

/** Whether a key may be used at a time, epoch milliseconds. */
export function isLive({ revoked_at, expires_at }: StoredKey, now: number): boolean {
  return revoked_at === null && (expires_at === null || expires_at > now);
}
