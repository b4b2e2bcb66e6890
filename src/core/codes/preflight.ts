import type { CodeEntry } from './entry.ts';

/** What a plan finds of a target that does not fit a release. Each stands in a list, so none of them ends a command by itself. */
export const PREFLIGHT_CODES = {
  VAR_MISSING: {
    exit: 5,
    http: 409,
    title: 'A variable that the release reads has no value in the target',
    explanation:
      'A pipeline or a trigger of the release reads `vars.NAME`, and the environment has no value for it, so that its runs would end with CONFIGURATION. Set it before the release is deployed. A rollback goes on with a warning.',
    example: 'fm vars set region=eu --env staging',
  },
  SECRET_MISSING: {
    exit: 5,
    http: 409,
    title: 'A secret that the release reads cannot be read in the target',
    explanation:
      'A pipeline or a trigger of the release reads `secrets.NAME`, and nobody who executes runs there can resolve it. Put it into the secret back end of the target. In a local org this is a warning only, because secrets belong to the shell that runs a pipeline and not to the org; a rollback goes on with a warning, too.',
    example: 'fm secrets check --env staging',
  },
  UNCHECKED: {
    exit: 0,
    http: 200,
    title: 'Secrets could not be checked (warning)',
    explanation:
      'Only who executes runs can tell which secrets exist, and no worker that lives has told. The release may be deployed; a run that lacks a secret ends with CONFIGURATION. Start a worker and look again.',
    example: 'fm secrets check --env staging',
  },
  COMPONENT_UNKNOWN: {
    exit: 5,
    http: 409,
    title: 'The target does not have a component that the release uses',
    explanation:
      'A stage uses a component that is not built in and that the target was not started with. A server checks releases with the components of the folder that it was started in, or of `fm serve --project DIR`; a worker executes them with those of `fm worker --project DIR`. Start both with a folder whose components/ has it, or take the stage out of the release. What the pipelines with this component need could not be checked either.',
  },
  COMPONENT_VERSION: {
    exit: 5,
    http: 409,
    title: 'The target has another version of a component than the release was made with',
    explanation:
      'A release says with which versions of components it was checked. The target has an older one, which may lack something, or one that is not compatible with it. Bring the target to the version of FlowMason that made the release, or make the release with the one of the target.',
  },
} as const satisfies Record<string, CodeEntry>;
