/** Every command by its id (`config:set` is typed `fm config set`): one line here, one file beside it. */
export const COMMANDS = {
  explain: () => import('./explain.ts'),
};

/** What groups of commands are about, for `fm --help`. */
export const TOPICS = {
  components: { description: 'The components that stages can use.' },
  config: { description: 'Settings of this project that are yours alone.' },
  runs: { description: 'What runs did, and how to go on with them.' },
};
