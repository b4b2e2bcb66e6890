import type { Plugin } from 'esbuild';

/** What pg-boss reads schedules with: a third of it. Ours are not pg-boss', so nothing calls them. */
const SCHEDULES = /^(cron-parser|rrule-temporal)$/;

/** pg-boss without its schedules. */
export function withoutSchedules(): Plugin {
  return {
    name: 'without-schedules',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: SCHEDULES }, ({ path }) => ({ path, namespace: 'schedules' }));
      onLoad({ filter: /./, namespace: 'schedules' }, () => ({ contents: 'module.exports = {};' }));
    },
  };
}
