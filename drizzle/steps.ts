import { readMigrations } from '../src/hosts/node/database/migrations.ts';
import { schemaSteps } from '../src/store/migrate.ts';

/** The module in which hosts without a file system have the steps of the schema, beside the migrations themselves. */
export const STEPS_FILE = new URL('../src/hosts/edge/schema-steps.ts', import.meta.url);

/** What that module has to say now. */
export function stepsModule(): string {
  const steps = schemaSteps(readMigrations().postgres).map(
    ({ name, hash }) => `  {\n    name: '${name}',\n    hash: '${hash}',\n  },\n`,
  );
  return `import type { SchemaStep } from '../../store/migrate.ts';

/** The steps that a PostgreSQL database has to have. Written by \`node drizzle/generate.ts\`. */
export const SCHEMA_STEPS: readonly SchemaStep[] = [
${steps.join('')}];
`;
}
