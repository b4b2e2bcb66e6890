import * as v from 'valibot';
import type { DeploymentView } from '../../../core/api/deployment.ts';
import { fail } from '../../../core/errors.ts';
import { logOf, requireProject } from '../../release/project-of.ts';
import { deploymentView } from '../../release/views.ts';
import { NUMBER, PROJECT } from '../../schema/release.ts';
import { query } from '../../verb.ts';

export const showDeployment = query({
  summary: 'Show one deployment',
  scope: 'releases:read',
  errors: ['NOT_FOUND', 'USAGE'],
  input: v.strictObject({ number: NUMBER, project: v.optional(PROJECT) }),
  async run({ control }, { number, project: named }): Promise<DeploymentView> {
    const { store, environment } = control;
    const project = await requireProject(control, named);
    const entry = await store.deployments.get({ environment, project }, number);
    if (!entry) return fail('NOT_FOUND', `${project} has no deployment #${number} in ${environment}`);
    return deploymentView(entry, (await logOf(control, project))?.active);
  },
});
