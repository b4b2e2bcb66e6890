import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  generateDrizzleJson,
  generateMigration,
  generateSQLiteDrizzleJson,
  generateSQLiteMigration,
} from 'drizzle-kit/api';
import { postgres } from '../src/store/dialects/postgres.ts';
import { sqlite } from '../src/store/dialects/sqlite.ts';

/** What the tables say beyond the migrations of a dialect. */
export interface Pending {
  readonly statements: readonly string[];
  /** The schema as drizzle-kit describes it, for the next comparison. */
  readonly snapshot: unknown;
}

export const FOLDERS = ['sqlite', 'pg'] as const;
export type Folder = (typeof FOLDERS)[number];

export function pathIn(folder: Folder, name: string): string {
  return fileURLToPath(new URL(`${folder}/${name}`, import.meta.url));
}

export async function pending(folder: Folder): Promise<Pending> {
  const file = pathIn(folder, 'snapshot.json');
  const before = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
  if (folder === 'sqlite') {
    const snapshot = await generateSQLiteDrizzleJson(sqlite.tables, before?.id);
    const statements = await generateSQLiteMigration(before ?? (await generateSQLiteDrizzleJson({})), snapshot);
    return { statements: statements.map((statement) => statement.trim()), snapshot };
  }
  const snapshot = generateDrizzleJson(postgres.tables, before?.id);
  const statements = await generateMigration(before ?? generateDrizzleJson({}), snapshot);
  // Tables are found where the connection looks for them, so foreign keys must not name a schema.
  return { statements: statements.map((statement) => statement.trim().replaceAll('"public".', '')), snapshot };
}
