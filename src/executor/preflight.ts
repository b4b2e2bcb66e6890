import { own } from '../core/json.ts';
import type { Plan } from '../core/plan.ts';
import { StageError } from '../core/run.ts';
import type { Run } from './run.ts';

/**
 * What the plan and the pipelines that it calls name must exist before the first stage (PIPELINES.md 3). Throws
 * StageError CONFIGURATION that lists all of it at once.
 */
export async function preflight(run: Run, plan: Plan): Promise<void> {
  const missing = { variables: new Set<string>(), secrets: new Set<string>(), components: new Set<string>() };
  const seen = new Set<string>();
  const queue: Plan[] = [plan];
  for (let current = queue.shift(); current; current = queue.shift()) {
    const { vars, secrets, components, pipelines } = current.requires;
    for (const name of vars) if (own(run.options.vars, name) === undefined) missing.variables.add(name);
    for (const name of secrets) if (!run.options.secrets.has(name)) missing.secrets.add(name);
    for (const name of Object.keys(components)) if (!run.runtime.components.has(name)) missing.components.add(name);
    for (const { name, range } of pipelines) {
      const key = `${name}@${range ?? ''}`;
      if (seen.has(key)) continue;
      seen.add(key);
      queue.push(await run.pipeline(name, range));
    }
  }
  const lists = Object.entries(missing).filter(([, names]) => names.size > 0);
  if (lists.length === 0) return;
  const message = lists.map(([kind, names]) => `${kind} ${[...names].sort().join(', ')}`).join('; ');
  throw new StageError('CONFIGURATION', 'missing_names', `The pipeline needs what is not here: ${message}`, {
    hint: 'give variables with `--vars NAME=VALUE` or `environments.local.vars`, secrets as `FM_SECRET_<NAME>`',
    details: Object.fromEntries(lists.map(([kind, names]) => [kind, [...names].sort()])),
  });
}
