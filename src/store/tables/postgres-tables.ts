import { postgresKit } from './postgres-kit.ts';
import { defineTables } from './tables.ts';

export const postgresTables = defineTables(postgresKit);
