import { contract } from './contract/contract.ts';
import { reusedPostgres } from './reused-postgres.ts';

contract('PostgreSQL', reusedPostgres());
