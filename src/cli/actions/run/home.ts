import { fail } from '../../../core/errors.ts';
import { openWorkspace, type Workspace } from '../../project/workspace.ts';

/** The project's `.flowmason` folder. Throws FlowMasonError `NOT_FOUND` outside of a project. */
export function projectHome({ project }: Workspace): string {
  if (project) return project.home;
  return fail('NOT_FOUND', 'Runs are recorded in a project, and this folder is not in one', {
    hint: 'fm init my-project',
  });
}

/** The project around the current folder and its `.flowmason`. Throws FlowMasonError `NOT_FOUND`. */
export function openHome(): { workspace: Workspace; home: string } {
  const workspace = openWorkspace({ cwd: process.cwd(), variables: process.env });
  return { workspace, home: projectHome(workspace) };
}
