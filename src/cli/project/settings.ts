import { FlowMasonError, fail } from '../../core/errors.ts';
import { isObject, type Json, own } from '../../core/json.ts';
import { hasReference, interpolate, type Variables } from './interpolate.ts';
import { type SettingKey, settingKey, settingKeys } from './keys.ts';
import type { Project } from './read.ts';
import { shownValue } from './shown.ts';
import type { UserSettings } from './user-settings.ts';

export type Source = 'flag' | 'variable' | 'user' | 'project' | 'default';

export interface SettingValue {
  readonly source: Source;
  /** `--ai-model`, `FM_AI_MODEL`, a file, `flowmason.json:4:12`. */
  readonly where: string;
  /** As it may be shown: secret-looking values are shortened. */
  readonly shown: string;
}

/** What `fm config explain KEY` prints. */
export interface Explanation {
  /** In its canonical form. */
  readonly key: string;
  readonly summary: string;
  /** `FM_…`, which would override user settings and the project file. */
  readonly variable: string;
  /** The one in force; undefined when nothing sets the key. */
  readonly value: SettingValue | undefined;
  /** What the one in force hides, strongest first. */
  readonly hides: readonly SettingValue[];
  /** Why the value in force cannot be used, e.g. `FM_STAGING_URL` is not set. */
  readonly problem: FlowMasonError | undefined;
}

/** Settings by precedence: flag > `FM_*` variable > user setting > `flowmason.json` > default. */
export interface Settings {
  /**
   * The value in force, checked and with `${NAME}` resolved; undefined when nothing sets the key. Throws FlowMasonError
   * `UNKNOWN_SETTING` with the nearest key, `INVALID_SETTING`, `VARIABLE_UNSET`.
   */
  get(key: string): Json | undefined;
  /** The same for a key whose values are text. */
  text(key: string): string | undefined;
  /** The same for a key whose values are numbers. */
  number(key: string): number | undefined;
  explain(key: string): Explanation;
  /** Every known key that something sets, defaults included. */
  list(): Explanation[];
}

export interface SettingsSources {
  readonly flags: Readonly<Record<string, string>>;
  readonly variables: Variables;
  readonly user: UserSettings | undefined;
  readonly project: Project | undefined;
}

/** One source's value; `resolve` checks it and puts variables in. */
interface Candidate {
  readonly source: Source;
  readonly where: string;
  readonly raw: Json;
  readonly resolve: () => Json;
}

export function createSettings(sources: SettingsSources): Settings {
  const { project } = sources;
  const candidates = (key: SettingKey): Candidate[] =>
    [flag(key, sources), variable(key, sources), user(key, sources), inProject(key, sources), standard(key)].filter(
      (candidate) => candidate !== undefined,
    );
  const explain = (key: SettingKey): Explanation => {
    const [first, ...rest] = candidates(key);
    const show = ({ source, where, raw }: Candidate, value = raw): SettingValue => ({
      source,
      where,
      shown: shownValue(value, key.secret && !isReference(value)),
    });
    const { value, problem } = first ? attempt(first) : {};
    return {
      key: key.key,
      summary: key.summary,
      variable: key.variable,
      value: first && show(first, value),
      hides: rest.map((candidate) => show(candidate)),
      problem,
    };
  };
  const get = (typed: string): Json | undefined => candidates(settingKey(typed, project))[0]?.resolve();
  return {
    get,
    text(typed) {
      const value = get(typed);
      return value === undefined || typeof value === 'string' ? value : wrongType(typed, 'text');
    },
    number(typed) {
      const value = get(typed);
      return value === undefined || typeof value === 'number' ? value : wrongType(typed, 'a number');
    },
    explain: (typed) => explain(settingKey(typed, project)),
    list() {
      const known = settingKeys(project);
      const others = Object.keys(sources.user?.values ?? {}).flatMap((typed) => foreign(typed, known, project));
      return [...known, ...others].map(explain).filter(({ value }) => value !== undefined);
    },
  };
}

function wrongType(key: string, expected: string): never {
  fail('INTERNAL', `The setting \`${key}\` is not ${expected}`);
}

/** Keys of environments that only the user settings know. Those that this version does not know are passed over. */
function foreign(typed: string, known: readonly SettingKey[], project: Project | undefined): SettingKey[] {
  try {
    const key = settingKey(typed, project);
    return known.some((other) => other.key === key.key) ? [] : [key];
  } catch {
    return [];
  }
}

function attempt(candidate: Candidate): { value?: Json; problem?: FlowMasonError } {
  try {
    return { value: candidate.resolve() };
  } catch (error) {
    if (error instanceof FlowMasonError) return { problem: error };
    throw error;
  }
}

function flag(key: SettingKey, { flags }: SettingsSources): Candidate | undefined {
  const text = own(flags, key.key);
  if (typeof text !== 'string') return undefined;
  return checked(key, 'flag', `--${key.key.replaceAll(/[._]/g, '-')}`, key.read(text));
}

function variable(key: SettingKey, { variables }: SettingsSources): Candidate | undefined {
  const text = own(variables, key.variable);
  return typeof text === 'string' && text !== '' ? checked(key, 'variable', key.variable, key.read(text)) : undefined;
}

function user(key: SettingKey, { user: settings }: SettingsSources): Candidate | undefined {
  const value = settings && own(settings.values, key.key);
  // User settings are JSON: the file was parsed.
  return value === undefined || !settings ? undefined : checked(key, 'user', settings.file, value as Json);
}

function inProject(key: SettingKey, { project, variables }: SettingsSources): Candidate | undefined {
  const raw = project && valueAt(project.config, key.path);
  const place = project?.locate(key.path);
  if (raw === undefined || !project) return undefined;
  const where = place ? `${project.shown}:${place.line}:${place.column}` : project.shown;
  const resolve = (): Json => {
    if (!isReference(raw)) return raw;
    const text = interpolate(String(raw), variables, { where, key: key.key, settable: true });
    return checked(key, 'project', where, key.read(text)).resolve();
  };
  return { source: 'project', where, raw, resolve };
}

function standard(key: SettingKey): Candidate | undefined {
  const value = key.default;
  return value === undefined ? undefined : { source: 'default', where: 'default', raw: value, resolve: () => value };
}

function checked(key: SettingKey, source: Source, where: string, value: Json): Candidate {
  const resolve = (): Json => {
    const complaint = key.check(value);
    if (complaint === undefined) return value;
    fail('INVALID_SETTING', `\`${key.key}\` ${complaint}; it comes from ${where}`, {
      hint: `fm config explain ${key.key}`,
    });
  };
  return { source, where, raw: value, resolve };
}

function isReference(value: Json): boolean {
  return typeof value === 'string' && hasReference(value);
}

function valueAt(config: unknown, path: readonly string[]): Json | undefined {
  let value = config;
  for (const step of path) value = isObject(value) ? own(value, step) : undefined;
  return value as Json | undefined; // a part of a JSON file
}
