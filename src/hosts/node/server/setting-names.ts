/** A setting of a server (DEPLOYMENT.md 11): a variable of the process. */
export interface ServerSetting {
  readonly name: string;
  readonly summary: string;
  /** As people read it; undefined for what has none. */
  readonly default?: string;
  /** What it means is not in this version yet, and saying nothing about that would be a lie. */
  readonly passedOver?: boolean;
}

/** Every one, in the order that help lists them. */
export const SERVER_SETTINGS: readonly ServerSetting[] = [
  { name: 'FM_ENVIRONMENT', summary: 'the environment that this server is', default: 'trial, with libSQL' },
  { name: 'FM_HOST', summary: 'the address to listen on', default: '127.0.0.1' },
  { name: 'FM_PORT', summary: 'the port to listen on', default: '8787' },
  {
    name: 'FM_DATABASE_URL',
    summary: 'postgresql://… or, for trials, sqlite:///file',
    default: 'sqlite:///flowmason-server.db',
  },
  { name: 'FM_BOOTSTRAP_KEY', summary: 'an admin key, until another one exists' },
  { name: 'FM_OIDC', summary: 'whose CI jobs get keys for their identity tokens: JSON', default: 'nobody’s' },
  { name: 'FM_CORS_ORIGINS', summary: 'origins whose web pages may call, with commas between', default: 'none' },
  { name: 'FM_SECRETS_BACKEND', summary: 'where secrets come from', default: 'env' },
  { name: 'FM_AI_MODEL', summary: 'the model of AI stages that name none' },
  { name: 'FM_RUNS_KEEP', summary: 'how long runs are kept that have ended', default: '30d' },
  {
    name: 'FM_QUEUE_MOST',
    summary: 'runs that may be due and not begun; above it new ones are refused',
    default: '10000',
  },
  {
    name: 'FM_QUEUE_MAX_AGE',
    summary: 'how long a run may be due until new ones are refused (PostgreSQL)',
    default: '10m',
  },
  {
    name: 'FM_ALLOW_PRIVATE_NETWORK',
    summary: 'private networks that a failure webhook may be in (stages reach all): 10.20.0.0/16,127.0.0.1',
    default: 'none',
  },
  { name: 'FM_LOG_LEVEL', summary: 'trace, debug, info, warn, error or silent', default: 'info' },
  { name: 'FM_METRICS_PORT', summary: 'the port of a worker’s /metrics and /health', default: 'none' },
  { name: 'FM_UPSTREAM_URL', summary: 'the server that releases are promoted from' },
  { name: 'FM_UPSTREAM_KEY', summary: 'a key of it with the scope releases:read' },
  { name: 'FM_REDIS_URL', summary: 'a shared cache and rate limit', passedOver: true },
  { name: 'FM_TENANTS_FILE', summary: 'the tenants of this server', passedOver: true },
  { name: 'FM_SECRETS_AWS_REGION', summary: 'for the back end aws', passedOver: true },
  { name: 'FM_SECRETS_VAULT_ADDR', summary: 'for the back end vault', passedOver: true },
];
