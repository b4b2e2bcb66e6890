import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Dialect } from '../../../store/dialects/dialect.ts';
import type { Migration } from '../../../store/migrate.ts';

const FOLDERS = { sqlite: 'sqlite', postgres: 'pg' } as const satisfies Record<Dialect['name'], string>;

/**
 * The migrations of each dialect in their order. The bundle holds the answer (`build.ts` replaces this module); from
 * sources the folder is read.
 */
export function readMigrations(): Readonly<Record<Dialect['name'], readonly Migration[]>> {
  return { sqlite: readFolder(FOLDERS.sqlite), postgres: readFolder(FOLDERS.postgres) };
}

function readFolder(name: string): Migration[] {
  const root = new URL(`../../../../drizzle/${name}/`, import.meta.url);
  const files = readdirSync(fileURLToPath(root)).filter((file) => file.endsWith('.sql'));
  return files.sort().map((file) => {
    return { name: file.slice(0, -'.sql'.length), sql: readFileSync(new URL(file, root), 'utf8') };
  });
}
