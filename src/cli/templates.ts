import { readdirSync, readFileSync } from 'node:fs';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Files by their path in the new project. */
export type TemplateFiles = Readonly<Record<string, string>>;

/**
 * What `fm init` writes, by template; `_every` is part of each. The bundle holds the answer (`build.ts` replaces this
 * module); from sources the folder is read. A name that begins with `_` stands for one that begins with a dot; what does
 * begin with a dot is what running a template in place has left there.
 */
export function readTemplates(): Readonly<Record<string, TemplateFiles>> {
  const root = fileURLToPath(new URL('../templates', import.meta.url));
  const names = readdirSync(root).sort();
  return Object.fromEntries(names.map((name) => [name, readFiles(join(root, name))]));
}

function readFiles(root: string): TemplateFiles {
  const entries = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  const files = entries.map((entry) => relative(root, join(entry.parentPath, entry.name))).sort();
  const own = files.filter((file) => !file.split(sep).some((part) => part.startsWith('.')));
  return Object.fromEntries(own.map((file) => [target(file), readFileSync(join(root, file), 'utf8')]));
}

function target(path: string): string {
  return path
    .split(sep)
    .map((part) => part.replace(/^_/, '.'))
    .join('/');
}
