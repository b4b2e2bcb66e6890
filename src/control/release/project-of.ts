import { fail } from '../../core/errors.ts';
import { quoteList } from '../../core/quote.ts';
import type { Store } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';

/**
 * The project that a call is about: the one it names, or the only one of the environment; undefined when nothing was ever
 * deployed there. Throws FlowMasonError `USAGE` that lists them when there are several.
 */
export async function projectOf(
  { store, environment }: Pick<ControlPlane, 'environment'> & { readonly store: Pick<Store, 'releases'> },
  named: string | undefined,
): Promise<string | undefined> {
  if (named !== undefined) return named;
  const projects = (await store.releases.allActive(environment)).map(({ project }) => project);
  if (projects.length <= 1) return projects[0];
  fail('USAGE', `${environment} has several projects, so one has to be named: ${quoteList(projects)}`, {
    hint: `--project ${projects[0]}`,
    details: { projects },
  });
}

/** The same for calls that need one. Throws FlowMasonError `NOT_FOUND`, too. */
export async function requireProject(control: ControlPlane, named: string | undefined): Promise<string> {
  const project = await projectOf(control, named);
  return project ?? fail('NOT_FOUND', `Nothing was ever deployed to ${control.environment}`);
}
