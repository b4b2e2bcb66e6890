import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { openLibsql } from '../../src/hosts/node/database/libsql.ts';
import { tempFolder } from '../setup/fm.ts';
import { contract } from './contract/contract.ts';
import { worldOf } from './world.ts';

contract('a libSQL file', async () => {
  const database = await openLibsql(join(tempFolder(), 'flowmason.db'));
  onTestFinished(() => database.release());
  return worldOf(database);
});
