import * as Flags from '@oclif/core/flags';

/** How the runs of what has become active are followed. */
export const WATCH_FLAGS = {
  watch: Flags.string({
    description: 'Follow its runs for so long when it is active.',
    helpValue: 'TIME',
    exclusive: ['dry-run', 'plan-out', 'plan'],
  }),
  'max-failure-rate': Flags.string({
    description: 'Fail as soon as more of them fail: 5%.',
    helpValue: 'PERCENT',
    dependsOn: ['watch'],
  }),
  'auto-rollback': Flags.boolean({ description: 'Then also roll back.', dependsOn: ['max-failure-rate'] }),
};

/** The flags of commands that plan and activate a release. */
export const PLAN_FLAGS = {
  message: Flags.string({ char: 'm', description: 'Why, for the history.', helpValue: 'TEXT' }),
  'dry-run': Flags.boolean({ description: 'Show the plan, and write nothing.' }),
  prune: Flags.boolean({ description: 'Remove what the release does not have.' }),
  again: Flags.boolean({ description: 'Activate a release that was rolled back there.' }),
  'plan-out': Flags.string({
    description: 'Have the server keep the plan for 7 days, write its name to FILE, and activate nothing.',
    helpValue: 'FILE',
    exclusive: ['dry-run'],
  }),
  plan: Flags.string({ description: 'Apply exactly that plan, or nothing.', helpValue: 'FILE' }),
  ...WATCH_FLAGS,
  yes: Flags.boolean({ char: 'y', description: 'Activate it without asking.' }),
};
