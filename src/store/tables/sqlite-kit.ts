import { customType, foreignKey, index, integer, primaryKey, sqliteTable, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Json } from '../../core/json.ts';
import { exactText, fromJsonText, jsonText } from './exact.ts';

const text = customType<{ data: string; driverData: string | null }>({ dataType: () => 'text', toDriver: exactText });

const json = customType<{ data: Json; driverData: string | null }>({
  dataType: () => 'text',
  toDriver: jsonText,
  fromDriver: fromJsonText,
});

/** The column kit in libSQL's form. */
export const sqliteKit = {
  table: sqliteTable,
  text: () => text(),
  json: () => json(),
  integer: () => integer({ mode: 'number' }),
  timestamp: () => integer({ mode: 'number' }),
  boolean: () => integer({ mode: 'boolean' }),
  index,
  uniqueIndex,
  primaryKey,
  foreignKey,
};
