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
  {
    name: '0003-workers',
    hash: '7c436b2c00951c5718f7ef88b631f03d818eba66e49ea7614229467ca835e13e',
  },
  {
    name: '0004-queue',
    hash: '2c06a342cfc793957a7f7a4bd3ae1bf0fa48bb1a0b2fa7d929a16c525562d605',
  },
  {
    name: '0005-attempts',
    hash: '3a0f91d32288d56480fd858bf4fb988c76a07832702b7bb7532bf435ee3a080f',
  },
];
