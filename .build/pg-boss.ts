import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** What pg-boss reads schedules with: a third of it. Ours are not pg-boss', so nothing calls them. */
const SCHEDULES = /^(cron-parser|rrule-temporal)$/;
const OWN = /[\\/]pg-boss[\\/]dist[\\/]\w+\.js$/;
const INDENT = /^[ \t]+/gm;

/** The version of its tables that the first FlowMason with a queue installed: no database of ours has older ones. */
const FIRST_TABLES = 46;
const MIGRATIONS = /[\\/]pg-boss[\\/]dist[\\/]migrationStore\.js$/;
/** What `migrationStore.js` exports. */
const NO_MIGRATIONS = `
export const getAllForConfig = () => [];
export const getAll = getAllForConfig;
export const getMinVersion = () => ${FIRST_TABLES};
export const migrate = () => { throw new Error('These tables of pg-boss are older than any that FlowMason installs'); };
export const next = migrate;
export const rollback = migrate;
export const migrateCommands = migrate;`;

/** How its tables should look, for a comparison that nothing asks for; of it only these two are used otherwise. */
const MANIFEST = /[\\/]pg-boss[\\/]dist[\\/]schema\.json$/;

/** pg-boss without schedules, older tables and the comparison of tables, and its statements without what only indents them. */
export function withoutUnused(): Plugin {
  return {
    name: 'pg-boss',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: SCHEDULES }, ({ path }) => ({ path, namespace: 'schedules' }));
      onLoad({ filter: /./, namespace: 'schedules' }, () => ({ contents: 'module.exports = {};' }));
      onLoad({ filter: MIGRATIONS }, ({ path }) => ({ contents: migrationsOf(path) }));
      onLoad({ filter: MANIFEST }, ({ path }) => ({ contents: usedOf(readFileSync(path, 'utf8')), loader: 'json' }));
      onLoad({ filter: OWN }, ({ path }) => ({ contents: readFileSync(path, 'utf8').replace(INDENT, '') }));
    },
  };
}

/** With a newer pg-boss databases have tables to be migrated, and then these statements are needed. */
function migrationsOf(path: string): string {
  const { pgboss } = JSON.parse(readFileSync(path.replace(/dist[\\/]migrationStore\.js$/, 'package.json'), 'utf8'));
  return pgboss.schema === FIRST_TABLES ? NO_MIGRATIONS : readFileSync(path, 'utf8').replace(INDENT, '');
}

function usedOf(manifest: string): string {
  const { schemaToken, partitioned } = JSON.parse(manifest);
  return JSON.stringify({ schemaToken, partitioned: { enum: partitioned.enum } });
}
