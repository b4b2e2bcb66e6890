const ALIASES: Readonly<Record<string, string>> = { prod: 'production', stage: 'staging' };
const FORM = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
export const LONGEST_ENVIRONMENT = 40;

/** Words that mean something else in `fm config` keys and in commands (DEPLOYMENT.md 2). */
export const RESERVED_ENVIRONMENTS: ReadonlySet<string> = new Set([
  'ai',
  'secrets',
  'testing',
  'runs',
  'limits',
  'plugins',
  'metadata',
  'scratch',
]);

/** The canonical name: `production` for `prod`, `staging` for `stage`; other names stay. */
export function environmentName(name: string): string {
  return Object.hasOwn(ALIASES, name) ? (ALIASES[name] ?? name) : name;
}

/** Also of an org: `local` is one. */
export function isEnvironmentName(name: string): boolean {
  return FORM.test(name) && name.length <= LONGEST_ENVIRONMENT && !RESERVED_ENVIRONMENTS.has(name);
}
