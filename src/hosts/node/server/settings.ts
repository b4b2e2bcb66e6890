import * as v from 'valibot';
import type { TrustRule } from '../../../control/control.ts';
import { parseAccessKey } from '../../../core/access-key.ts';
import { parseDuration } from '../../../core/duration.ts';
import { nearest } from '../../../core/suggest.ts';
import { LISTEN_SETTINGS } from '../../edge/listen-address.ts';
import {
  listed,
  parseSettings,
  type QueueBounds,
  queueBounds,
  refuseSettings,
  requireBootstrap,
  requireEnvironment,
  SHARED_SETTINGS,
  type Variables,
} from '../../edge/settings.ts';
import { type Network, parseNetwork } from '../fetch/private-networks.ts';
import { isLoopback } from '../targets/loopback.ts';
import { SERVER_SETTINGS } from './setting-names.ts';

/** What a server is started with. */
export interface ServerSettings {
  readonly environment: string;
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** A database file, which is a trial: this process brings it to this version, and executes its runs alone. */
  readonly isTrial: boolean;
  readonly bootstrap: string | undefined;
  /** Where releases are pulled from when they are promoted. */
  readonly upstream: UpstreamSettings | undefined;
  /** Whose jobs get keys for their identity tokens. */
  readonly trust: readonly TrustRule[];
  /** Whose pages may call. */
  readonly origins: readonly string[];
  readonly secretsBackend: string;
  readonly defaultModel: string | undefined;
  /** Milliseconds. */
  readonly keepRuns: number;
  readonly queue: QueueBounds;
  /** Private networks that may be called at addresses which somebody sets over the API. */
  readonly allowedNetworks: readonly Network[];
  readonly logLevel: LogLevel;
  /** Of a worker. */
  readonly metricsPort: number | undefined;
}

/** A server of the environment that its key is of. */
export interface UpstreamSettings {
  readonly environment: string;
  readonly url: string;
  readonly key: string;
}

const LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LEVELS)[number];

const PORT = 'Expected a port: 0 to 65535';

const NETWORKS = v.pipe(
  v.string(),
  v.transform(listed),
  v.everyItem((part) => parseNetwork(part) !== undefined, 'Expected networks or addresses, e.g. 10.20.0.0/16,fd00::/8'),
  v.transform((parts) => parts.flatMap((part) => parseNetwork(part) ?? [])),
);

const SCHEMA = v.object({
  ...SHARED_SETTINGS,
  ...LISTEN_SETTINGS,
  FM_DATABASE_URL: v.optional(
    v.pipe(
      v.string(),
      v.regex(
        /^(?:postgres(?:ql)?:\/\/.|sqlite:\/\/\/.|sqlite::memory:$)/,
        'Expected postgresql://… or sqlite:///file',
      ),
    ),
    'sqlite:///flowmason-server.db',
  ),
  FM_UPSTREAM_URL: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^https?:\/\/[^/?#@\s]+(?:\/[^?#\s]*)?$/, 'Expected an address without user, password, `?` and `#`'),
    ),
  ),
  FM_UPSTREAM_KEY: v.optional(v.string()),
  FM_SECRETS_BACKEND: v.optional(v.string(), 'env'),
  FM_AI_MODEL: v.optional(v.string()),
  FM_RUNS_KEEP: v.optional(
    v.pipe(
      v.string(),
      v.transform((text) => parseDuration(text)),
      v.number('Expected a duration, e.g. 30d'),
    ),
    '30d',
  ),
  FM_METRICS_PORT: v.optional(
    v.pipe(v.string(), v.regex(/^\d{1,5}$/, PORT), v.transform(Number), v.maxValue(65_535, PORT)),
  ),
  FM_ALLOW_PRIVATE_NETWORK: v.optional(NETWORKS, ''),
  FM_LOG_LEVEL: v.optional(v.picklist(LEVELS, `Expected one of ${LEVELS.join(', ')}`), 'info'),
});

/**
 * The settings of a server from its variables; an empty one counts as not set. Throws FlowMasonError `INVALID_SETTING` with
 * everything that is wrong, never with a value that could be secret.
 */
export function readServerSettings(variables: Variables): ServerSettings {
  const output = parseSettings(SCHEMA, variables);
  const { FM_DATABASE_URL: database, FM_BOOTSTRAP_KEY: bootstrap } = output;
  const isTrial = database.startsWith('sqlite:');
  const environment = requireEnvironment(output.FM_ENVIRONMENT ?? (isTrial ? 'trial' : undefined));
  requireBootstrap(bootstrap, environment);
  return {
    environment,
    host: output.FM_HOST,
    port: output.FM_PORT,
    database,
    isTrial,
    bootstrap,
    upstream: upstreamIn(output.FM_UPSTREAM_URL, output.FM_UPSTREAM_KEY, environment),
    trust: output.FM_OIDC,
    origins: output.FM_CORS_ORIGINS,
    secretsBackend: output.FM_SECRETS_BACKEND,
    defaultModel: output.FM_AI_MODEL,
    keepRuns: output.FM_RUNS_KEEP,
    queue: queueBounds(output),
    allowedNetworks: output.FM_ALLOW_PRIVATE_NETWORK,
    logLevel: output.FM_LOG_LEVEL,
    metricsPort: output.FM_METRICS_PORT,
  };
}

/** What is set and will not do what somebody may think: names that are no setting, but nearly one; settings of later versions. */
export function settingWarnings(variables: Variables): string[] {
  const names = SERVER_SETTINGS.map(({ name }) => name);
  const set = Object.keys(variables).filter((name) => name.startsWith('FM_') && variables[name]);
  const named = set.sort().flatMap((name) => {
    const known = SERVER_SETTINGS.find((setting) => setting.name === name);
    if (known?.passedOver) return [`${name} is passed over: this version does not have ${known.summary}`];
    if (known || name.startsWith('FM_SECRET_')) return [];
    const near = nearest(name, names);
    // Else it is a secret: with the back end `env` pipelines read FM_<NAME>.
    return near === undefined ? [] : [`${name} is not a setting of a server; did you mean ${near}?`];
  });
  const upstream = URL.canParse(variables.FM_UPSTREAM_URL ?? '') ? new URL(variables.FM_UPSTREAM_URL ?? '') : undefined;
  if (upstream?.protocol !== 'http:' || isLoopback(upstream.hostname)) return named;
  return [...named, 'FM_UPSTREAM_URL is http://: FM_UPSTREAM_KEY crosses the network readable for everybody'];
}

function upstreamIn(
  url: string | undefined,
  key: string | undefined,
  environment: string,
): UpstreamSettings | undefined {
  if (url === undefined && key === undefined) return undefined;
  if (url === undefined || key === undefined) {
    const [name, other] = url === undefined ? ['FM_UPSTREAM_URL', 'KEY'] : ['FM_UPSTREAM_KEY', 'URL'];
    refuseSettings([{ name, message: `Expected a value beside FM_UPSTREAM_${other}` }]);
  }
  const name = 'FM_UPSTREAM_KEY';
  const parsed = parseAccessKey(key);
  const hint = 'fm keys create NAME --scope releases:read --env staging';
  if (!parsed)
    refuseSettings([{ name, message: 'Expected a whole key, found something else or one that was mistyped' }], hint);
  if (parsed.environment === environment)
    refuseSettings(
      [{ name, message: `Expected a key of the environment before ${environment}, found one of itself` }],
      hint,
    );
  return { environment: parsed.environment, url, key };
}
