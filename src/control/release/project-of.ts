import { fail } from '../../core/errors.ts';
import { quoteList } from '../../core/quote.ts';
import type { Store } from '../../store/store.ts';
import type { ControlPlane } from '../control.ts';

/**
 * The project that a call is about: the one it names, or the only one of the environment; undefined when nothing was ever
 * deployed there. Throws FlowMasonError `USAGE` that lists them when there are several.
 */
export async function projectOf(control: Place, named: string | undefined): Promise<string | undefined> {
  return named ?? (await logOf(control, named))?.project;
}

type Place = Pick<ControlPlane, 'environment'> & { readonly store: Pick<Store, 'deployments'> };

/** The same with the number of the entry that is active, undefined where none is. Throws as `projectOf`. */
export async function logOf(
  { store, environment }: Place,
  named: string | undefined,
): Promise<{ readonly project: string; readonly active: number | undefined } | undefined> {
  const all = await store.deployments.active(environment);
  const wanted = named === undefined ? all : all.filter(({ project }) => project === named);
  const [first] = wanted;
  if (wanted.length <= 1) {
    const project = named ?? first?.project;
    return project === undefined ? undefined : { project, active: first?.number };
  }
  const projects = all.map(({ project }) => project);
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
