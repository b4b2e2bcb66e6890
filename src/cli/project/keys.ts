import { environmentName, isEnvironmentName, RESERVED_ENVIRONMENTS } from '../../core/environment-name.ts';
import { fail } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { quoteValue } from '../../core/quote.ts';
import { nearest } from '../../core/suggest.ts';
import type { Project } from './read.ts';
import { PROJECT_KINDS } from './schema.ts';

/** A key of `fm config`. */
export interface SettingKey {
  /** In its canonical form: `production.url` for `environments.prod.url`. */
  readonly key: string;
  readonly summary: string;
  /** Where it stands in `flowmason.json`. */
  readonly path: readonly string[];
  /** `FM_…` */
  readonly variable: string;
  readonly secret: boolean;
  readonly default: Json | undefined;
  /** The text of a flag, variable or `fm config set` as a value. */
  readonly read: (text: string) => Json;
  /** What is wrong with a value; undefined when it can be used. */
  readonly check: (value: Json) => string | undefined;
}

type Kind = Pick<SettingKey, 'read' | 'check'>;

const text: Kind = { read: (value) => value, check: (value) => (value === '' ? 'must not be empty' : undefined) };

function ruled(name: keyof typeof PROJECT_KINDS): Kind {
  return { read: (value) => value, check: (value) => complaint(PROJECT_KINDS[name]?.(value)) };
}

function complaint(misfit: { message: string; hint?: string | undefined } | undefined): string | undefined {
  return misfit && (misfit.hint ? `${misfit.message} (${misfit.hint})` : misfit.message);
}

function oneOf(...words: string[]): Kind {
  const check = (value: Json) =>
    words.includes(String(value)) ? undefined : `must be one of ${words.join(', ')}, found ${quoteValue(value)}`;
  return { read: (value) => value, check };
}

function number(least: number, most: number, integer: boolean): Kind {
  const check = (value: Json) =>
    typeof value === 'number' && value >= least && value <= most && (!integer || Number.isInteger(value))
      ? undefined
      : `must be ${integer ? 'a whole number' : 'a number'} from ${least} to ${most}, found ${quoteValue(value)}`;
  return { read: asNumber, check };
}

function asNumber(value: string): Json {
  return /^-?\d+(\.\d+)?$/.test(value.trim()) ? Number(value) : value;
}

const flag: Kind = {
  read: (value) => (value === 'true' || value === 'false' ? value === 'true' : value),
  check: (value) => (typeof value === 'boolean' ? undefined : `must be true or false, found ${quoteValue(value)}`),
};

const org: Kind = {
  read: (value) => value,
  check: (value) =>
    isEnvironmentName(String(value)) ? undefined : `must be the name of an org, found ${quoteValue(value)}`,
};

const keep: Kind = { read: asNumber, check: (value) => complaint(PROJECT_KINDS.keep?.(value)) };

function define(key: string, summary: string, kind: Kind, more: Partial<SettingKey> = {}): SettingKey {
  const variable = `FM_${key.toUpperCase().replaceAll(/[^A-Z0-9]/g, '_')}`;
  return { key, summary, path: key.split('.'), variable, secret: false, default: undefined, ...kind, ...more };
}

const FIXED: readonly SettingKey[] = [
  define('ai.model', 'provider/model of AI stages that name none', ruled('model')),
  define('secrets.backend', 'where secrets come from', oneOf('env', 'aws', 'vault'), { default: 'env' }),
  define('secrets.aws_region', 'region of AWS Secrets Manager', text),
  define('secrets.vault_addr', 'address of HashiCorp Vault', ruled('url')),
  define('org', 'the org of commands that name none', org, { default: 'local' }),
  define('runs.keep', 'finished local runs that are kept: how many, or for how long', keep, { default: 100 }),
  define('testing.coverage.stages', 'least coverage of stages in percent', number(0, 100, false)),
  define('testing.coverage.branches', 'least coverage of branches in percent', number(0, 100, false)),
  ...Object.entries(DEFAULT_LIMITS).map(([name, most]) =>
    define(`limits.${name}`, 'a limit of pipelines and runs, which may be lowered', number(1, most, true), {
      default: most,
    }),
  ),
];

function environmentKeys(name: string): SettingKey[] {
  const at = (key: string) => ({ path: ['environments', name, key] });
  if (name === 'local') {
    const fallback = 'sqlite:///flowmason.db';
    return [define('local.database', 'the local org', ruled('database'), { ...at('database'), default: fallback })];
  }
  return [
    define(`${name}.url`, `address of ${name}`, ruled('url'), at('url')),
    define(`${name}.api_key`, `key for ${name}`, text, { ...at('api_key'), secret: true }),
    define(`${name}.insecure`, `whether the key for ${name} may go over http://`, flag, at('insecure')),
  ];
}

/** Every known key, those of the project's environments included. */
export function settingKeys(project: Project | undefined): SettingKey[] {
  return [...FIXED, ...environmentsOf(project).flatMap(environmentKeys)];
}

/** Environments that the project file names, and `local`. */
function environmentsOf(project: Project | undefined): string[] {
  return [...new Set(['local', ...Object.keys(project?.config.environments ?? {})])];
}

/**
 * The key that `typed` means: `ai.model`, `staging.url`, `environments.prod.url`. An environment need not stand in the
 * project file. Throws FlowMasonError `UNKNOWN_SETTING` with the nearest key.
 */
export function settingKey(typed: string, project: Project | undefined): SettingKey {
  const key = canonical(typed);
  const known = settingKeys(project);
  const found = known.find((candidate) => candidate.key === key);
  if (found) return found;
  const [environment = '', ...rest] = key.split('.');
  const isNew = isEnvironmentName(environment) && !isNearEnvironment(environment, project);
  const others = isNew && rest.length > 0 ? environmentKeys(environment) : [];
  const own = others.find((candidate) => candidate.key === key);
  if (own) return own;
  const close = nearest(
    key,
    [...known, ...others].map((candidate) => candidate.key),
  );
  fail('UNKNOWN_SETTING', `There is no setting \`${typed}\``, {
    hint: close === undefined ? 'fm config list shows them all' : `Did you mean \`${close}\`?`,
    details: { key: typed },
  });
}

/** `stagin` is a slip of the pen when there is a `staging`. */
function isNearEnvironment(name: string, project: Project | undefined): boolean {
  const usual = ['staging', 'production', ...RESERVED_ENVIRONMENTS];
  return !usual.includes(name) && nearest(name, [...environmentsOf(project), ...usual]) !== undefined;
}

function canonical(typed: string): string {
  const parts = (typed.startsWith('environments.') ? typed.slice('environments.'.length) : typed).split('.');
  return [environmentName(parts[0] ?? ''), ...parts.slice(1)].join('.');
}
