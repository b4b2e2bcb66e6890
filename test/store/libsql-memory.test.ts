import { onTestFinished } from 'vitest';
import { IN_MEMORY, openLibsql } from '../../src/hosts/node/database/libsql.ts';
import { contract } from './contract/contract.ts';
import { worldOf } from './world.ts';

contract('libSQL in memory', async () => {
  const database = await openLibsql(IN_MEMORY);
  onTestFinished(() => database.release());
  return worldOf(database);
});
