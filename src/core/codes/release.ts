import type { CodeEntry } from './entry.ts';

/** Codes of releases: what they are made of, and what to know before one is deployed. */
export const RELEASE_CODES = {
  RELEASE_INVALID: {
    exit: 3,
    http: 422,
    title: 'This is not a release',
    explanation:
      'A release is a manifest and the pipelines that it names. The manifest has an unknown or missing field, or one of the pipelines has errors. Each is listed with its place. Releases are made by `fm deploy` and `fm push` from files that `fm validate` accepts.',
  },
  RELEASE_MISMATCH: {
    exit: 5,
    http: 409,
    title: 'A release is not what its manifest says',
    explanation:
      'A server recomputes every digest, every name and everything that a release needs from the pipelines themselves, and something came out differently. The upload was damaged or changed on its way, or made by another program. Nothing was stored under that digest; run the command again.',
  },
  VERSION_NOT_BUMPED: {
    exit: 0,
    http: 200,
    title: 'A pipeline changed and its version did not (warning)',
    explanation:
      'The definition of the pipeline is not the one of the active release, and both have the same `version`. The digest tells them apart, but people who read history or choose a version by its name cannot. Raise `version` in the file of the pipeline.',
  },
  BREAKING_INPUT: {
    exit: 0,
    http: 200,
    title: 'A pipeline no longer takes some input (warning)',
    explanation:
      'The input schema of the new definition refuses data that the old one took: a property is required now, a type, a list of values or a bound became narrower, or a property is gone. Whoever starts the pipeline with such data gets VALIDATION. Give new properties a default, or deploy the callers first.',
    example: `wrong  "required": ["url", "depth"]
right  "properties": { "depth": { "type": "integer", "default": 1 } }`,
  },
  BREAKING_OUTPUT: {
    exit: 0,
    http: 200,
    title: 'A pipeline gives output that it did not give before (warning)',
    explanation:
      'The output schema of the new definition allows results that the old one did not: a property is gone or no longer certain to be there, or a type, a list of values or a bound became wider. Whoever reads the result may not be prepared for it. Keep what readers rely on, or change the readers first.',
  },
} as const satisfies Record<string, CodeEntry>;
