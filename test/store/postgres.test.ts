import { contract } from './contract/contract.ts';
import { postgresWorlds } from './postgres-worlds.ts';

contract('PostgreSQL', postgresWorlds());
