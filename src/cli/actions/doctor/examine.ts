import { FlowMasonError } from '../../../core/errors.ts';
import type { Check } from './check.ts';
import { checkGit, checkMachine } from './machine.ts';
import { checkProject, openProject } from './project.ts';

export interface Examination {
  readonly healthy: boolean;
  readonly checks: readonly Check[];
}

/** Looks at everything that can keep FlowMason from working in `cwd`; never throws for what it finds. */
export async function examine(cwd: string): Promise<Examination> {
  const { workspace, check } = openProject(cwd);
  const root = workspace?.project?.root;
  const checks = [...checkMachine(root, cwd), check];
  if (workspace) checks.push(...(await checkProject(workspace)));
  if (root !== undefined) checks.push(checkGit(root));
  return { healthy: checks.every(({ status }) => status !== 'fail'), checks };
}

/** The error of an examination that found something broken. */
export function failureOf({ checks }: Examination): FlowMasonError | undefined {
  const broken = checks.filter(({ status }) => status === 'fail');
  const [first] = broken;
  if (!first) return undefined;
  const count = broken.length === 1 ? 'A check failed' : `${broken.length} checks failed`;
  return new FlowMasonError('CHECK_FAILED', `${count}: ${broken.map(({ name }) => name).join(', ')}`, {
    hint: first.hint ?? undefined,
  });
}
