import { bigint, boolean, customType, foreignKey, index, pgTable, primaryKey, uniqueIndex } from 'drizzle-orm/pg-core';
import type { Json } from '../../core/json.ts';
import { exactText, fromJsonText, jsonText } from './exact.ts';
import type { Kit } from './kit.ts';

// Of no language: names sort by their bytes, as in libSQL.
const text = customType<{ data: string; driverData: string | null }>({
  dataType: () => 'text COLLATE "C"',
  toDriver: exactText,
});

const json = customType<{ data: Json; driverData: string | null }>({
  dataType: () => 'text',
  toDriver: jsonText,
  fromDriver: fromJsonText,
});

const kit = {
  table: pgTable,
  text: () => text(),
  json: () => json(),
  integer: () => bigint({ mode: 'number' }),
  timestamp: () => bigint({ mode: 'number' }),
  boolean: () => boolean(),
  index,
  uniqueIndex,
  primaryKey,
  foreignKey,
};

/**
 * The column kit in PostgreSQL's form. The members have the same names and the same meaning as libSQL's, and what the
 * store calls of the tables and queries that come out of them exists in both; the contract suite runs on both.
 */
// The names above are those of `Kit`, and drizzle's builders of both dialects share the methods that the store uses.
export const postgresKit = kit as unknown as Kit;
