import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A job of a workflow, as far as a shell can do it. */
export interface Job {
  readonly name: string;
  /** Its variables, and where each comes from: `vars.X`, `secrets.X`. */
  readonly env: Readonly<Record<string, string>>;
  readonly condition: string | undefined;
  /** What its steps run. */
  readonly steps: readonly string[];
}

/** The jobs of the workflow of a project, in its order. It knows the few forms that `fm init` writes, and no other. */
export function readWorkflow(root: string): Job[] {
  const text = readFileSync(join(root, '.github/workflows/flowmason.yml'), 'utf8');
  const [, jobs = ''] = text.split(/^jobs:$/m);
  return jobs
    .split(/^ {2}(?=\w+:$)/m)
    .slice(1)
    .map((job) => ({
      name: /^\w+/.exec(job)?.[0] ?? '',
      env: Object.fromEntries(
        [...job.matchAll(/^ {6}(\w+): \$\{\{ (\S+) \}\}$/gm)].map(([, name = '', from = '']) => [name, from]),
      ),
      condition: /^ {4}if: (.+)$/m.exec(job)?.[1],
      steps: [...job.matchAll(/^ {6}- run: (.+)$/gm)].map(([, line = '']) => line),
    }));
}
