import { fail } from './errors.ts';
import { type Json, own } from './json.ts';
import { createMasker, type Masker } from './mask.ts';
import type { SecretSource, Secrets } from './ports.ts';
import { Secret } from './secret.ts';

/** Names that a pipeline and those that it calls need. */
export interface Needs {
  readonly vars: readonly string[];
  readonly secrets: readonly string[];
  /** Read where they exist. */
  readonly optionalSecrets: readonly string[];
}

/** The secrets of a run, and a masker that knows them. */
export interface Provided {
  readonly secrets: Secrets;
  readonly masker: Masker;
}

/**
 * Reads what a run needs; `setVar` is how to set a variable, for the error that lists what is missing. Throws FlowMasonError `CONFIGURATION` listing every variable and
 * secret that is missing and how to set each, and `SECURITY` for a secret that would read a reserved variable.
 */
export async function provide(
  needs: Needs,
  vars: Readonly<Record<string, Json>>,
  source: SecretSource,
  setVar: (name: string) => string,
): Promise<Provided> {
  const names = [...new Set([...needs.secrets, ...needs.optionalSecrets])];
  const found = names.length === 0 ? new Map<string, string>() : await source.read(names);
  const missing = {
    vars: needs.vars.filter((name) => own(vars, name) === undefined),
    secrets: needs.secrets.filter((name) => !found.has(name)),
  };
  if (missing.vars.length + missing.secrets.length > 0) refuse(missing, source, setVar);
  const secrets = new Map([...found].map(([name, value]) => [name, new Secret(value, [name])]));
  return { secrets, masker: createMasker(found.values()) };
}

function refuse(
  missing: { vars: string[]; secrets: string[] },
  source: SecretSource,
  setVar: (name: string) => string,
): never {
  const parts = [list('variable', missing.vars), list('secret', missing.secrets)].filter((part) => part !== '');
  const ways = [...missing.vars.map(setVar), ...missing.secrets.map((name) => source.howToSet(name))];
  fail('CONFIGURATION', `The pipeline needs what is not set here: ${parts.join('; ')}`, {
    hint: ways.join('\n'),
    details: { vars: missing.vars, secrets: missing.secrets },
  });
}

function list(kind: string, names: readonly string[]): string {
  if (names.length === 0) return '';
  return `${kind}${names.length === 1 ? '' : 's'} ${names.join(', ')}`;
}
