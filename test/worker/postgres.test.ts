import { postgresDatabase } from '../setup/postgres.ts';
import { workerContract } from './contract/contract.ts';

workerContract('PostgreSQL', () => postgresDatabase());
