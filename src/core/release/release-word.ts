import valid from 'semver/functions/valid.js';
import { fail } from '../errors.ts';
import { quote } from '../quote.ts';

/** A release as a command line names it. */
export type ReleaseWord =
  /** The one that runs there now. */
  | { readonly kind: 'active' }
  /** The project's version, without `v`. */
  | { readonly kind: 'version'; readonly version: string }
  /** A deployment's number in the log. */
  | { readonly kind: 'deployment'; readonly number: number }
  /** The first 7 to 64 digits of a release's digest, in lower case. */
  | { readonly kind: 'digest'; readonly prefix: string };

export const RELEASE_FORMS = '`active`, a version (`v1.2.3`), a deployment (`#12`), or 7 to 64 digits of a digest';

const NUMBER = /^#?([1-9]\d{0,8})$/;
const HEX = /^[0-9a-f]{7,64}$/;
const ONLY_DIGITS = /^\d{1,63}$/;

/**
 * Reads the name of a release. Nothing is two things at once: three numbers with dots are a version, digits alone are a
 * deployment, and a digest has a letter among its digits or all 64 of them. Throws FlowMasonError `USAGE` with the forms.
 */
export function parseReleaseWord(word: string): ReleaseWord {
  const release = releaseWord(word);
  if (release) return release;
  const short = /^[0-9a-f]{1,6}$/i.test(word) && /[a-f]/i.test(word);
  const why = word === 'previous' ? ': the release before is a flag' : short ? ': a digest needs 7 digits or more' : '';
  return fail('USAGE', `Expected a release, found ${quote(word)}${why}`, {
    hint: word === 'previous' ? 'fm rollback --previous' : RELEASE_FORMS,
  });
}

/** The same; undefined for what names no release. */
export function releaseWord(word: string): ReleaseWord | undefined {
  if (word === 'active') return { kind: 'active' };
  const number = NUMBER.exec(word)?.[1];
  if (number !== undefined) return { kind: 'deployment', number: Number(number) };
  const version = word.replace(/^v/, '');
  if (valid(version) !== null && !/^[v=\s]/.test(version)) return { kind: 'version', version };
  const prefix = word.toLowerCase();
  return HEX.test(prefix) && !ONLY_DIGITS.test(prefix) ? { kind: 'digest', prefix } : undefined;
}
