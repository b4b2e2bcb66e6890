/**
 * Variables that FlowMason itself reads (DEPLOYMENT.md 11). A pipeline never gets them as secrets, though they have the
 * form `FM_<NAME>`.
 */
const OWN: ReadonlySet<string> = new Set([
  'FM_ENVIRONMENT',
  'FM_HOST',
  'FM_PORT',
  'FM_DATABASE_URL',
  'FM_BOOTSTRAP_KEY',
  'FM_UPSTREAM_URL',
  'FM_UPSTREAM_KEY',
  'FM_REDIS_URL',
  'FM_TENANTS_FILE',
  'FM_SECRETS_BACKEND',
  'FM_SECRETS_AWS_REGION',
  'FM_SECRETS_VAULT_ADDR',
  'FM_ALLOW_PRIVATE_NETWORK',
  'FM_LOG_LEVEL',
  'FM_AI_MODEL',
  'FM_QUEUE_MAX_AGE',
  'FM_QUEUE_MOST',
  'FM_RUNS_KEEP',
  'FM_TEST_PG_URL',
]);
/** Settings of which there are many: `FM_LIMITS_STAGES`, `FM_TESTING_COVERAGE_STAGES`. */
const OWN_PREFIXES = ['FM_LIMITS_', 'FM_TESTING_'];

/** Whether a variable belongs to FlowMason and not to its pipelines. */
export function isOwnVariable(name: string): boolean {
  return OWN.has(name) || OWN_PREFIXES.some((prefix) => name.startsWith(prefix));
}

/** Keys of AI providers, which go by the names that the whole world uses. */
export const PROVIDER_KEYS: ReadonlySet<string> = new Set([
  'OPENAI_API_KEY',
  'ANTHROPIC_API_KEY',
  'GOOGLE_GENERATIVE_AI_API_KEY',
  'GEMINI_API_KEY',
  'GROQ_API_KEY',
]);
