import { fail } from '../../core/errors.ts';

/** `${NAME}`, `${NAME:-default}`; `$${` is a literal `${`. */
const PART = /\$\$\{|\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{/g;

/** Environment variables of the process. */
export type Variables = Readonly<Record<string, string | undefined>>;

/** Where a text stands, for the error about a variable that is not set. */
export interface TextPlace {
  /** `flowmason.json:4:12` */
  readonly where: string;
  /** `staging.url`, when `fm config set` can give it; else what the text is called. */
  readonly key: string;
  readonly settable: boolean;
}

/** The names of variables in a text. */
export function variablesIn(text: string): string[] {
  return [...text.matchAll(PART)].flatMap((match) => match[1] ?? []);
}

/** The offset of a `${` that is not followed by a name and `}`; undefined when there is none. */
export function brokenReference(text: string): number | undefined {
  for (const match of text.matchAll(PART)) if (match[0] === '${') return match.index;
  return undefined;
}

export function hasReference(text: string): boolean {
  return text.includes('${');
}

/**
 * The text with its variables put in. One that is empty counts as not set, as in a shell's `:-`. Throws FlowMasonError
 * `VARIABLE_UNSET`.
 */
export function interpolate(text: string, variables: Variables, place: TextPlace): string {
  if (!hasReference(text)) return text;
  return text.replaceAll(PART, (whole: string, name: string | undefined, fallback: string | undefined) => {
    if (name === undefined) return whole === '$${' ? '${' : whole;
    const value = Object.hasOwn(variables, name) ? variables[name] : undefined;
    if (value) return value;
    return fallback ?? unset(name, place);
  });
}

function unset(name: string, { where, key, settable }: TextPlace): never {
  const setting = settable ? `, or fm config set ${key} …` : '';
  fail('VARIABLE_UNSET', `The environment variable ${name} is not set; ${where} needs it for \`${key}\``, {
    hint: `export ${name}=…${setting}`,
    details: { variable: name, key, where },
  });
}
