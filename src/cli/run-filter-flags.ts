import * as Flags from '@oclif/core/flags';

/** Which runs are meant: of lists, and of commands that do something to many. */
export const RUN_FILTER_FLAGS = {
  pipeline: Flags.string({ description: 'Only runs of this pipeline.', helpValue: 'NAME' }),
  since: Flags.string({
    description: 'Only runs that were accepted since: 2h ago, or a time such as 2026-05-01T10:00Z.',
    helpValue: 'TIME',
  }),
};

/** Of commands that do something to one run or to many. */
export const BULK_FLAGS = {
  ...RUN_FILTER_FLAGS,
  'dry-run': Flags.boolean({ description: 'Say what would be done, and do nothing.' }),
  yes: Flags.boolean({ char: 'y', description: 'Do it to many runs without asking.' }),
};

/** A filter by states, of those that the command can do something about. */
export function statusFlag<const S extends readonly string[]>(options: S, usual: string) {
  return Flags.option({
    description: `With a filter instead of RUN: runs in this state (default: ${usual}).`,
    options,
    multiple: true,
    multipleNonGreedy: true,
  })();
}

/** The releases that are filtered by. */
export const RELEASE_FILTER = {
  release: Flags.string({
    description: 'Only runs of this release: v1.2.3, #12, a digest, or active.',
    helpValue: 'RELEASE',
  }),
};

/** A filter, and under which release to go on. */
export const RELEASE_WORDS = {
  release: Flags.string({
    description:
      'With --org or --env: `same` or `active`, the release to go on under (default: same); with a filter also whose runs: v1.2.3, #12 or a digest.',
    multiple: true,
    multipleNonGreedy: true,
    helpValue: 'RELEASE',
  }),
};

/** Of commands that start one run. */
export const IDEMPOTENCY_KEY = Flags.string({
  description: 'With --org or --env: for a day the same key is the same run, however often it is typed.',
  helpValue: 'KEY',
});
