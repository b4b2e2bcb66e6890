import { FlowMasonError } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { localVar, localVarNames, type Workspace } from '../../project/workspace.ts';

/**
 * `environments.local.vars` as tests see them. Offline nothing of the process's environment counts, so that tests come to
 * the same everywhere: a variable that names `${X}` without a default is left out, and the test has to give it.
 */
export function testVars(workspace: Workspace, live: boolean): Record<string, Json> {
  const seen = live ? workspace : { ...workspace, variables: {} };
  const vars: Record<string, Json> = {};
  for (const name of localVarNames(workspace)) {
    try {
      vars[name] = localVar(seen, name);
    } catch (error) {
      if (!(error instanceof FlowMasonError) || error.code !== 'VARIABLE_UNSET') throw error;
    }
  }
  return vars;
}
