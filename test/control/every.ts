import { describe, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/hosts/node/database/open.ts';
import { reusedPostgres } from '../store/reused-postgres.ts';
import { type OpenWorld, worldOf } from '../store/world.ts';
import { type Connect, WAYS } from './plane.ts';

async function inMemory() {
  const world = await worldOf(await openDatabase('sqlite::memory:', '/'));
  onTestFinished(() => world.store.close());
  return world;
}

/** Describes what holds on both databases and on both ways to a control plane. */
export function onEvery(name: string, tests: (open: OpenWorld, connect: Connect) => void): void {
  for (const [database, open] of [['libSQL', inMemory] as const, ['PostgreSQL', reusedPostgres()] as const]) {
    for (const [way, connect] of WAYS) describe(`${name} on ${database} ${way}`, () => tests(open, connect));
  }
}
