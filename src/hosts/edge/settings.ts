import * as v from 'valibot';
import type { TrustRule } from '../../control/control.ts';
import { TRUST } from '../../control/identity/trust.ts';
import type { RoomOptions } from '../../control/runs/room.ts';
import { parseAccessKey } from '../../core/access-key.ts';
import { parseDuration } from '../../core/duration.ts';
import { environmentName, isEnvironmentName } from '../../core/environment-name.ts';
import { fail } from '../../core/errors.ts';
import { quote } from '../../core/quote.ts';

/** Variables of a process, or bindings of a worker. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Exactly as browsers send it: without a path, a default port or capital letters. */
function isOrigin(text: string): boolean {
  return /^https?:\/\/[^*]/.test(text) && URL.canParse(text) && new URL(text).origin === text;
}

/** The parts of a setting between its commas. */
export function listed(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

const ORIGINS = v.pipe(
  v.string(),
  v.transform(listed),
  v.check(
    (origins) => origins.every(isOrigin) || (origins.length === 1 && origins[0] === '*'),
    'Expected origins as browsers send them, e.g. https://app.example.com,http://localhost:3000, or * alone',
  ),
);

/** Settings that servers have on every host (DEPLOYMENT.md 11). */
export const SHARED_SETTINGS = {
  FM_ENVIRONMENT: v.optional(
    v.pipe(
      v.string(),
      v.transform(environmentName),
      v.check(isEnvironmentName, 'Expected lower-case words joined by `-`, e.g. staging'),
    ),
  ),
  FM_BOOTSTRAP_KEY: v.optional(v.string()),
  FM_OIDC: v.optional(TRUST, '[]'),
  FM_CORS_ORIGINS: v.optional(ORIGINS, ''),
  FM_QUEUE_MOST: v.optional(
    v.pipe(v.string(), v.regex(/^[1-9]\d{0,8}$/, 'Expected a whole number above 0'), v.transform(Number)),
    '10000',
  ),
  FM_QUEUE_MAX_AGE: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => parseDuration(text)),
      v.number('Expected a duration, e.g. 10m'),
      v.minValue(1_000, 'Expected 1s or more'),
    ),
    '10m',
  ),
};

/** Runs that may be due and not begun, and how long one of them may be so, milliseconds. */
export type QueueBounds = Pick<RoomOptions, 'most' | 'oldest'>;

/** The same on all hosts that share a queue. */
export function queueBounds(parsed: {
  readonly FM_QUEUE_MOST: number;
  readonly FM_QUEUE_MAX_AGE: number;
}): QueueBounds {
  return { most: parsed.FM_QUEUE_MOST, oldest: parsed.FM_QUEUE_MAX_AGE };
}

/** What a server is started with where nothing but its API runs. */
export interface EdgeSettings {
  readonly environment: string;
  /** `postgresql://…` */
  readonly database: string;
  readonly bootstrap: string | undefined;
  /** Whose jobs get keys for their identity tokens. */
  readonly trust: readonly TrustRule[];
  /** Whose pages may call. */
  readonly origins: readonly string[];
  readonly queue: QueueBounds;
}

const SCHEMA = v.object({
  ...SHARED_SETTINGS,
  FM_DATABASE_URL: v.pipe(
    v.string('Expected postgresql://…, or a binding HYPERDRIVE on Cloudflare'),
    v.check((url) => /^postgres(?:ql)?:\/\/./.test(url) && URL.canParse(url), 'Expected postgresql://…'),
  ),
});

/**
 * The settings of a server on a host that is not Node's; an empty one counts as not set. Throws FlowMasonError
 * `INVALID_SETTING` with everything that is wrong, never with a value that could be secret.
 */
export function readEdgeSettings(variables: Variables): EdgeSettings {
  const output = parseSettings(SCHEMA, variables);
  const { FM_BOOTSTRAP_KEY: bootstrap, FM_DATABASE_URL: database, FM_OIDC: trust, FM_CORS_ORIGINS: origins } = output;
  const environment = requireEnvironment(output.FM_ENVIRONMENT);
  requireBootstrap(bootstrap, environment);
  return { environment, database, bootstrap, trust, origins, queue: queueBounds(output) };
}

/** What a schema makes of variables; an empty one counts as not set. Throws FlowMasonError `INVALID_SETTING`. */
export function parseSettings<S extends v.GenericSchema>(schema: S, variables: Variables): v.InferOutput<S> {
  const given = Object.entries(variables).filter(([, value]) => value !== undefined && value !== '');
  const { success, output, issues } = v.safeParse(schema, Object.fromEntries(given));
  if (success) return output;
  const wrong = issues.map(({ path, message }) => ({ name: String(path?.[0]?.key), message }));
  refuseSettings(
    wrong.map(({ name, message }) => ({ name, message: `${message}${foundText(name, variables[name])}` })),
  );
}

/** Numbers, times and words: what is typed there is no secret. */
const SHOWN = /^FM_(?:PORT|METRICS_PORT|RUNS_KEEP|QUEUE_MOST|QUEUE_MAX_AGE|LOG_LEVEL)$/;

function foundText(name: string, value: string | undefined): string {
  return SHOWN.test(name) && value !== undefined ? `, found ${quote(value)}` : '';
}

/** Throws FlowMasonError `INVALID_SETTING`. */
export function requireEnvironment(environment: string | undefined): string {
  if (environment !== undefined) return environment;
  refuseSettings([{ name: 'FM_ENVIRONMENT', message: 'Expected the name of the environment that this server is' }]);
}

/** Throws FlowMasonError `INVALID_SETTING` for what is no key of the environment. */
export function requireBootstrap(key: string | undefined, environment: string): void {
  const parsed = key === undefined ? undefined : parseAccessKey(key);
  if (key === undefined || parsed?.environment === environment) return;
  const message = parsed
    ? `Expected a key of ${environment}, found one of ${parsed.environment}`
    : 'Expected a whole key, found something else or one that was mistyped';
  refuseSettings(
    [{ name: 'FM_BOOTSTRAP_KEY', message }],
    `export FM_BOOTSTRAP_KEY=$(fm keys generate --env ${environment})`,
  );
}

/** Throws FlowMasonError `INVALID_SETTING` with everything that is wrong. */
export function refuseSettings(
  wrong: readonly { readonly name: string; readonly message: string }[],
  hint = 'fm serve --help',
): never {
  const said = wrong.map(({ name, message }) => `${quote(name)}: ${message}`);
  fail('INVALID_SETTING', said.join('\n'), { hint, details: { issues: wrong.map((one) => ({ ...one })) } });
}
