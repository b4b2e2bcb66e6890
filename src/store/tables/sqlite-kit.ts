import { customType, foreignKey, index, integer, primaryKey, sqliteTable, uniqueIndex } from 'drizzle-orm/sqlite-core';
import type { Json } from '../../core/json.ts';
import { exactText, jsonText } from './exact.ts';

const text = customType<{ data: string; driverData: string }>({ dataType: () => 'text', toDriver: exactText });

const json = customType<{ data: Json; driverData: string }>({
  dataType: () => 'text',
  toDriver: jsonText,
  fromDriver: (value) => JSON.parse(value) as Json,
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
