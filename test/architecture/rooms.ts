/** Who may import whom: the table of the architecture. A prefix of a path below `src/`; `type:` allows types only. */
export const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  core: [],
  executor: ['core/'],
  components: ['core/', 'executor/component.ts'],
  secrets: ['core/'],
  testing: ['core/', 'executor/'],
  store: ['core/'],
  control: ['core/', 'store/'],
  worker: ['core/', 'executor/', 'store/'],
  client: ['core/', 'type:control/http/app.ts'],
  console: ['core/', 'client/'],
  'hosts/node': [
    'core/',
    'executor/',
    'components/',
    'secrets/',
    'testing/',
    'store/',
    'control/',
    'worker/',
    'client/',
    'hosts/',
  ],
  'hosts/edge': [
    'core/',
    'executor/',
    'components/',
    'secrets/',
    'testing/',
    'store/',
    'control/',
    'worker/',
    'client/',
    'hosts/edge',
  ],
  cli: ['core/', 'executor/', 'testing/', 'client/', 'hosts/node/'],
};

/** Rooms that touch Node. All others are portable. */
export const NODE_ROOMS: ReadonlySet<string> = new Set(['cli', 'hosts/node']);

/** What hosts without Node may reach, by file: clock, log and settings have to come from somewhere. */
export const EDGE_GLOBALS: Readonly<Record<string, readonly string[]>> = {
  'src/hosts/edge/clock.ts': ['Date.now'],
  'src/hosts/edge/log.ts': ['console'],
  // A function on Lambda is a program of Node.
  'src/hosts/lambda.ts': ['process'],
};

/** Files, not code: what `fm init` writes. Nobody imports them. */
export const TEMPLATES = 'src/templates/';

/** Files that gather what others export. What they load late, by name, may know the registry itself. */
export const REGISTRIES: ReadonlySet<string> = new Set([
  'src/components/index.ts',
  'src/secrets/index.ts',
  'src/core/codes/index.ts',
  'src/cli/commands/index.ts',
  'src/testing/reporters/index.ts',
  'src/testing/coverage/reports/index.ts',
  'src/control/http/routes.ts',
]);

/** Data beside the code that a host or the command line may read as a module. */
export const OUTSIDE_DATA: ReadonlySet<string> = new Set(['package.json', 'oclif.manifest.json']);

/** Where SQL may be written as text. */
export const SQL_PLACES: readonly string[] = ['src/store/dialects/', 'src/hosts/node/dispatcher'];

export const TOP_LEVEL: ReadonlySet<string> = new Set([
  'src',
  'bin',
  'test',
  'drizzle',
  'oclif.manifest.json',
  'package.json',
  'package-lock.json',
  'tsconfig.json',
  'build.ts',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'action.yml',
]);

/** Names that say nothing, as a whole name or as one of its words. */
export const EMPTY_NAMES: ReadonlySet<string> = new Set([
  'util',
  'utils',
  'helper',
  'helpers',
  'common',
  'misc',
  'manager',
  'managers',
  'service',
  'services',
]);

export const MAX_LINES = 400;
export const MAX_COMMAND_LINES = 100;

/** The room of a source file; undefined outside of `src/` and for its settings. */
export function roomOf(path: string): string | undefined {
  const [src, room, inner] = path.split('/');
  if (src !== 'src' || room === undefined || inner === undefined) return undefined;
  if (room !== 'hosts') return room;
  return inner === 'node' ? 'hosts/node' : 'hosts/edge';
}
