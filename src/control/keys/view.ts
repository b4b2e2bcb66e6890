import type { KeyView } from '../../core/api/administration.ts';
import type { StoredKey } from '../../store/keys.ts';
import { isLive } from './live.ts';

/** A key as callers see it at a time, epoch milliseconds. */
export function keyView(key: StoredKey, now: number): KeyView {
  const { id, name, scopes, actor, created_at, expires_at, last_used_at, revoked_at } = key;
  const state = isLive(key, now) ? 'live' : revoked_at === null ? 'expired' : 'revoked';
  return { id, name, scopes, state, actor, created_at, expires_at, last_used_at, revoked_at };
}
