import { postgresDatabase } from '../setup/postgres.ts';
import { runsContract } from './runs/contract.ts';

runsContract('PostgreSQL', () => postgresDatabase());
