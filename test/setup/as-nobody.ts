import { chmodSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const NOBODY = 65_534;
export const isRoot = process.getuid?.() === 0;

/** Files are opened with the rights of another account meanwhile; who is not root has no more rights than that. */
export async function asNobody<T>(work: () => Promise<T>): Promise<T> {
  if (!isRoot) return work();
  process.seteuid?.(NOBODY);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
  }
}

/** Lets everybody read a folder and what is in it, and nobody but root write; the answer gives that back to its owner. */
export function makeReadOnly(folder: string): () => void {
  const paths = ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })].map((path) => join(folder, path));
  for (const path of paths) chmodSync(path, statSync(path).isDirectory() ? 0o555 : 0o444);
  return () => {
    for (const path of paths) chmodSync(path, statSync(path).isDirectory() ? 0o700 : 0o600);
  };
}
