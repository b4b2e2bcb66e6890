import { join } from 'node:path';
import { openStore } from '../../src/hosts/node/database/open.ts';
import { tempFolder } from '../setup/fm.ts';
import { runsContract } from './runs/contract.ts';

runsContract('a libSQL file', async () => {
  const url = `sqlite:///${join(tempFolder(), 'org.db')}`;
  await (await openStore(url, { folder: '/', migrate: true })).close();
  return url;
});
