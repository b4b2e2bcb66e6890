import { closeSync, openSync, readSync } from 'node:fs';
import type { Random } from '../../core/ports.ts';

export const random: Random = { fraction: () => Math.random() };

/**
 * Bytes that nobody can guess. Straight from the system where it has a file for them: `node:crypto` takes longer to load
 * than a short command may take.
 */
export function randomBytes(count: number): Uint8Array {
  const bytes = new Uint8Array(count);
  try {
    const fd = openSync('/dev/urandom', 'r');
    try {
      if (readSync(fd, bytes, 0, count, null) === count) return bytes;
    } finally {
      closeSync(fd);
    }
  } catch {
    // Windows has no such file.
  }
  return globalThis.crypto.getRandomValues(bytes);
}
