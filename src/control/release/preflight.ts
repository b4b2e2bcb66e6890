import type { Finding } from '../../core/api/deployment.ts';
import { inRange } from '../../core/compile/ranges.ts';
import { own } from '../../core/json.ts';
import { quote, quoteList } from '../../core/quote.ts';
import type { ReleaseManifest } from '../../core/release/manifest.ts';
import { shellWord } from './shell-word.ts';
import { neededIn, type TargetState } from './target-state.ts';

export interface Findings {
  /** Each keeps the release from becoming active. */
  readonly problems: readonly Finding[];
  readonly warnings: readonly Finding[];
}

/** What the release needs and the target does not have (DEPLOYMENT.md 4.1): all of it at once. */
export function preflight(manifest: ReleaseManifest, target: TargetState): Findings {
  const secrets = missingSecrets(manifest, target);
  // In an org they belong to the shell that runs a pipeline, and may be there when it does.
  const isWarning = target.kind === 'org' || target.secrets === undefined;
  return {
    problems: [
      ...missingVars(manifest, target),
      ...(isWarning ? [] : secrets),
      ...unfitComponents(manifest, target),
      ...takenNames(target),
    ],
    warnings: isWarning ? secrets : [],
  };
}

/**
 * The same for going back to a release that was active here. What can be set afterwards warns only, because going back
 * must not wait for it; a missing component means that nothing of it can run.
 */
export function rollbackPreflight(manifest: ReleaseManifest, target: TargetState): Findings {
  return {
    problems: [...unfitComponents(manifest, target), ...takenNames(target)],
    warnings: [...missingVars(manifest, target), ...missingSecrets(manifest, target)],
  };
}

function missingVars(manifest: ReleaseManifest, { kind, environment, vars }: TargetState): Finding[] {
  return neededIn(manifest, kind)
    .vars.filter((name) => !vars.has(name))
    .map((name) => ({
      code: 'VAR_MISSING',
      message: `The variable ${quote(name)} has no value in ${environment.name}`,
      hint:
        kind === 'org'
          ? `Give ${JSON.stringify(name)} a value in environments.local.vars of flowmason.json`
          : `fm vars set ${shellWord(`${name}=VALUE`)} --env ${environment.name}`,
      details: { name },
    }));
}

function missingSecrets(manifest: ReleaseManifest, { kind, environment, secrets }: TargetState): Finding[] {
  const names = neededIn(manifest, kind).secrets;
  if (secrets === undefined) {
    const message = `Nobody who executes runs in ${environment.name} can tell at present whether it has ${quoteList(names)}`;
    return [
      {
        code: 'UNCHECKED',
        message,
        hint: kind === 'org' ? undefined : `fm secrets check --env ${environment.name}`,
        details: { names: [...names] },
      },
    ];
  }
  return names
    .filter((name) => !secrets.has(name))
    .map((name) => ({
      code: 'SECRET_MISSING',
      message: `The secret ${quote(name)} cannot be read in ${environment.name}`,
      hint:
        kind === 'org'
          ? `export ${shellWord(`FM_SECRET_${name}`)}=VALUE`
          : `Put it into the secret back end of ${environment.name}, then look: fm secrets check --env ${environment.name}`,
      details: { name },
    }));
}

function unfitComponents({ components }: ReleaseManifest, { descriptors, environment }: TargetState): Finding[] {
  return Object.keys(components)
    .sort()
    .flatMap((name): Finding[] => {
      // A name of the record.
      const version = own(components, name) as string;
      const here = descriptors.get(name)?.version;
      if (here === undefined) {
        const message = `${environment.name} does not have the component ${quote(name)} ${version}`;
        const hint = `Start the servers and the workers of ${environment.name} with a folder whose components/ has it: fm serve --project DIR, fm worker --project DIR`;
        return [{ code: 'COMPONENT_UNKNOWN', message, hint, details: { name, version } }];
      }
      // A later version of the same major one does all that the earlier did.
      if (here === version || inRange(here, `^${version}`)) return [];
      const message = `${environment.name} has version ${here} of the component ${quote(name)}, and the release was made with ${version}`;
      const hint = `Run the same version of FlowMason here and in ${environment.name}`;
      return [{ code: 'COMPONENT_VERSION', message, hint, details: { name, version, here } }];
    });
}

function takenNames({ taken, environment }: TargetState): Finding[] {
  if (taken.length === 0) return [];
  const projects = [...new Set(taken.map(({ project }) => project))].sort();
  const names = quoteList(taken.map(({ name }) => name));
  return [
    {
      code: 'NAME_TAKEN',
      message: `Names are active in ${environment.name} for ${quoteList(projects)}: ${names}`,
      hint: 'Rename the pipelines here, or take them out of the other project first',
      details: { taken: taken.map(({ name, project }) => ({ name, project })) },
    },
  ];
}
