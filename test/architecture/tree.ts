import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** A project as the law sees it: names at the top, and the text of every file under the folders that hold code. */
export interface Tree {
  readonly top: readonly string[];
  /** By path from the root, with `/`. */
  readonly files: ReadonlyMap<string, string>;
}

/** One breach of the law. */
export interface Violation {
  readonly rule: string;
  readonly file: string;
  /** From 1; 0 where the whole file or folder is meant. */
  readonly line: number;
  readonly message: string;
}

const CODE = ['src', 'bin', 'test', 'build.ts'];
/** What tools leave behind; git ignores it too. */
const LEFT_BEHIND = new Set(['node_modules', 'dist', '.git', '.flowmason']);
/** The same at the top only: further down it is a word like others. */
const LEFT_AT_TOP = new Set(['coverage']);

export function readTree(root: string): Tree {
  const top = readdirSync(root).filter((name) => !LEFT_BEHIND.has(name) && !LEFT_AT_TOP.has(name));
  const files = new Map<string, string>();
  for (const name of CODE) if (top.includes(name)) read(root, name, files);
  return { top, files };
}

function read(root: string, path: string, files: Map<string, string>): void {
  if (!statSync(join(root, path)).isDirectory()) {
    files.set(path, readFileSync(join(root, path), 'utf8'));
    return;
  }
  for (const name of readdirSync(join(root, path))) if (!LEFT_BEHIND.has(name)) read(root, `${path}/${name}`, files);
}
