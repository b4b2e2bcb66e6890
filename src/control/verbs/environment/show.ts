import type { EnvironmentView } from '../../../core/api/environment.ts';
import { readEnvironment } from '../../environment/settings.ts';
import { environmentView } from '../../environment/view.ts';
import { NOTHING, query } from '../../verb.ts';

/** What an environment demands of who deploys to it, and who has locked it. */
export const showEnvironment = query({
  summary: 'Show the environment: its settings and its lock',
  scope: null,
  input: NOTHING,
  async run({ control }): Promise<EnvironmentView> {
    return environmentView(control, await readEnvironment(control.store, control));
  },
});
