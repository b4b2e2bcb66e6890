import { Secret } from '../secret.ts';

/** Text around a secret, or two of them, make a secret again; undefined when none of the two is one. */
export function joinSecrets(a: unknown, b: unknown): Secret | undefined {
  if (!(a instanceof Secret) && !(b instanceof Secret)) return undefined;
  if (typeof a !== 'string' && !(a instanceof Secret)) return undefined;
  if (typeof b !== 'string' && !(b instanceof Secret)) return undefined;
  return sealed([a, b]);
}

/** The parts as one secret. */
export function sealed(parts: readonly (string | Secret)[]): Secret {
  const names = parts.flatMap((part) => (typeof part === 'string' ? [] : part.names));
  const text = parts.map((part) => (typeof part === 'string' ? part : Secret.reveal(part))).join('');
  return new Secret(text, [...new Set(names)]);
}
