import type { SchemaStep } from '../../store/migrate.ts';

/** The steps that a PostgreSQL database has to have. Written by `node drizzle/generate.ts`. */
export const SCHEMA_STEPS: readonly SchemaStep[] = [
  {
    name: '0001-first',
    hash: '83347421cb8a367efac7630d04773b23dc7e37a1dca83aa93620d12506a8e0e9',
  },
  {
    name: '0002-facts',
    hash: '7e27f48448c7d7f8e003b61c070922c4e2cc77c251ed3572acd581b955ca39e8',
  },
];
