/** Every command by its id (`config:set` is typed `fm config set`): one line here, one file beside it. */
export const COMMANDS = {
  components: () => import('./components.ts'),
  'components:show': () => import('./components/show.ts'),
  completion: () => import('./completion.ts'),
  'config:explain': () => import('./config/explain.ts'),
  'config:get': () => import('./config/get.ts'),
  'config:list': () => import('./config/list.ts'),
  'config:set': () => import('./config/set.ts'),
  'config:unset': () => import('./config/unset.ts'),
  diff: () => import('./diff.ts'),
  doctor: () => import('./doctor.ts'),
  explain: () => import('./explain.ts'),
  graph: () => import('./graph.ts'),
  history: () => import('./history.ts'),
  init: () => import('./init.ts'),
  list: () => import('./list.ts'),
  'org:create': () => import('./org/create.ts'),
  'org:delete': () => import('./org/delete.ts'),
  'org:list': () => import('./org/list.ts'),
  'org:open': () => import('./org/open.ts'),
  pull: () => import('./pull.ts'),
  push: () => import('./push.ts'),
  run: () => import('./run.ts'),
  'runs:cancel': () => import('./runs/cancel.ts'),
  'runs:list': () => import('./runs/list.ts'),
  'runs:logs': () => import('./runs/logs.ts'),
  'runs:replay': () => import('./runs/replay.ts'),
  'runs:resume': () => import('./runs/resume.ts'),
  'runs:show': () => import('./runs/show.ts'),
  'runs:signal': () => import('./runs/signal.ts'),
  schema: () => import('./schema.ts'),
  show: () => import('./show.ts'),
  status: () => import('./status.ts'),
  test: () => import('./test.ts'),
  'test:record': () => import('./test/record.ts'),
  validate: () => import('./validate.ts'),
};

/** Groups that are commands with arguments of their own: the next word need not be a command below. */
export const WITH_WORDS: ReadonlySet<string> = new Set(['test']);

/** What groups of commands are about, for `fm --help`. */
export const TOPICS = {
  components: { description: 'The components that stages can use.' },
  config: { description: 'Settings of this project that are yours alone.' },
  org: { description: 'Databases of this project to push to and run in.' },
  runs: { description: 'What runs did, and how to go on with them.' },
  test: { description: 'Tests of pipelines and components.' },
};
