import type { Result, Router } from 'hono/router';
import { TrieRouter } from 'hono/router/trie-router';

/** Paths that are remembered, and how long they may be. */
const MOST = 1_000;
const LONGEST = 200;

/**
 * Hono's router of the trie, the only one of its fast ones that takes our paths, but a path that was looked up lately is
 * not looked up again.
 */
export function knownPaths<T>(): Router<T> {
  const trie = new TrieRouter<T>();
  const known = new Map<string, Result<T>>();
  return {
    name: trie.name,
    add(method, path, handler) {
      known.clear();
      trie.add(method, path, handler);
    },
    match(method, path) {
      const name = `${method} ${path}`;
      const before = known.get(name);
      if (before) return before;
      const found = trie.match(method, path);
      if (name.length > LONGEST) return found;
      if (known.size >= MOST) known.clear();
      known.set(name, found);
      return found;
    },
  };
}
