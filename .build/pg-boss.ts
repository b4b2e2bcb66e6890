import { readFileSync } from 'node:fs';
import type { Plugin } from 'esbuild';

/** What pg-boss reads schedules with: a third of it. Ours are not pg-boss', so nothing calls them. */
const SCHEDULES = /^(cron-parser|rrule-temporal)$/;
const OWN = /[\\/]pg-boss[\\/]dist[\\/]\w+\.js$/;
const INDENT = /^[ \t]+/gm;

/** pg-boss without its schedules, and its statements without what only indents them. */
export function withoutSchedules(): Plugin {
  return {
    name: 'without-schedules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: SCHEDULES }, ({ path }) => ({ path, namespace: 'schedules' }));
      onLoad({ filter: /./, namespace: 'schedules' }, () => ({ contents: 'module.exports = {};' }));
      onLoad({ filter: OWN }, ({ path }) => ({ contents: readFileSync(path, 'utf8').replace(INDENT, '') }));
    },
  };
}
