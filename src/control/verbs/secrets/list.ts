import * as v from 'valibot';
import type { SecretList, SecretView } from '../../../core/api/administration.ts';
import type { ReleaseManifest } from '../../../core/release/manifest.ts';
import { pageOf } from '../../schema/page.ts';
import { LIMIT } from '../../schema/query.ts';
import { type Call, query } from '../../verb.ts';

/** The secrets that active releases name, and whether whoever executes runs can read them. Never a value. */
export const listSecrets = query({
  summary: 'List the secrets that active releases name, and whether they can be read',
  scope: 'deploy',
  input: v.strictObject({ limit: LIMIT, after: v.optional(v.string()) }),
  async run(call, page): Promise<SecretList> {
    const needed = await neededSecrets(call);
    const known = await call.control.secrets([...needed.keys()]);
    const all = [...needed].map(([name, { required, projects }]): SecretView => {
      const status = known === undefined ? 'unchecked' : known.has(name) ? 'available' : 'missing';
      return { name, required, projects: [...projects], status };
    });
    const { entries, next } = pageOf(all, page, ({ name }) => name);
    return { secrets: entries, next };
  },
});

interface Need {
  required: boolean;
  readonly projects: Set<string>;
}

/** By name, sorted. */
async function neededSecrets({ control }: Call): Promise<Map<string, Need>> {
  const needed = new Map<string, Need>();
  for (const { project, digest } of await control.store.releases.allActive(control.environment)) {
    const release = await control.store.releases.get(digest);
    if (!release) continue;
    // Manifests are checked before they are stored.
    const { requires } = JSON.parse(release.manifest) as ReleaseManifest;
    const { secrets, optional_secrets, triggers } = requires;
    const add = (names: readonly string[], required: boolean): void => {
      for (const name of names) {
        const need = needed.get(name) ?? { required: false, projects: new Set<string>() };
        need.required ||= required;
        need.projects.add(project);
        needed.set(name, need);
      }
    };
    add(secrets, true);
    add(triggers.secrets, control.kind === 'server');
    add(optional_secrets, false);
  }
  return new Map([...needed].sort(([a], [b]) => (a < b ? -1 : 1)));
}
