import { onTestFinished } from 'vitest';
import { openPostgres } from '../../src/hosts/node/database/postgres.ts';
import { postgresDatabase } from '../setup/postgres.ts';
import { contract } from './contract/contract.ts';
import { worldOf } from './world.ts';

contract('PostgreSQL', async () => {
  const database = await openPostgres(await postgresDatabase());
  onTestFinished(() => database.release());
  return worldOf(database);
});
