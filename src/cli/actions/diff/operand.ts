import { environmentName } from '../../../core/environment-name.ts';
import { fail } from '../../../core/errors.ts';
import { quote } from '../../../core/quote.ts';
import { parseReleaseWord, type ReleaseWord, releaseWord } from '../../../core/release/release-word.ts';
import { nearest } from '../../../core/suggest.ts';
import { isFileWord } from '../../project/load.ts';
import { commandLine } from '../../usage.ts';

/** Where releases are: an org of this machine, or an environment. */
export type Place = { readonly org: string } | { readonly environment: string };

/** One side of `fm diff`. */
export type Operand =
  /** The working copy: the pipelines of the project. */
  | { readonly kind: 'files' }
  /** A pipeline's file, or the folder of a project. */
  | { readonly kind: 'path'; readonly path: string }
  /** A file or folder as a git revision has it; an empty path is the project's folder. */
  | { readonly kind: 'git'; readonly revision: string; readonly path: string }
  /** Without a place: in the org or environment that the command works on. */
  | { readonly kind: 'release'; readonly place?: Place; readonly release: ReleaseWord };

export interface KnownNames {
  /** Canonical names. */
  readonly environments: readonly string[];
  readonly orgs: readonly string[];
  readonly pipelines: readonly string[];
}

export const OPERAND_FORMS =
  '`files`, a path, `HEAD:pipelines/x.pipeline.json`, an environment, `org:NAME`, `v1.2.3`, `#12`, `active`, or `staging@v1.2.3`';

const WINDOWS_PATH = /^[A-Za-z]:[\\/]/;
const BEGINS_AS_PATH = /^\.{0,2}[\\/]/;

/**
 * Reads an operand of `fm diff`. The first rule that fits decides: `files`; `.`, `..` and what begins with `/`, `./` or `../` is a path;
 * `org:NAME` and `env:NAME`, with `@RELEASE` or without; another `REVISION:PATH` is git's; what has a `/` or ends in
 * `.json` is a path; a known environment, with `@RELEASE` or without; a release. Throws FlowMasonError `USAGE` with the
 * nearest name or the forms.
 */
export function parseOperand(word: string, known: KnownNames): Operand {
  if (word === 'files') return { kind: 'files' };
  if (word === '.' || word === '..' || BEGINS_AS_PATH.test(word) || WINDOWS_PATH.test(word))
    return { kind: 'path', path: word };
  const [, prefix, rest = ''] = /^(org|env):(.*)$/s.exec(word) ?? [];
  if (prefix === 'org') return placed(word, rest, (name) => ({ org: requireKnown(name, known.orgs, 'org') }));
  if (prefix === 'env') return placed(word, rest, (name) => environment(name, known));
  if (word.includes(':')) return gitOperand(word);
  if (isFileWord(word)) return { kind: 'path', path: word };
  const [name = ''] = word.split('@', 1);
  if (known.environments.includes(environmentName(name))) return placed(word, word, (name) => environment(name, known));
  const release = releaseWord(word);
  return release ? { kind: 'release', release } : unknown(word, name, known);
}

/** `NAME` or `NAME@RELEASE`. */
function placed(word: string, text: string, placeOf: (name: string) => Place): Operand {
  const at = text.indexOf('@');
  const name = at === -1 ? text : text.slice(0, at);
  if (name === '') fail('USAGE', `Expected a name in ${quote(word)}`, { hint: OPERAND_FORMS });
  const release: ReleaseWord = at === -1 ? { kind: 'active' } : parseReleaseWord(text.slice(at + 1));
  return { kind: 'release', place: placeOf(name), release };
}

function environment(name: string, { environments }: KnownNames): Place {
  return { environment: requireKnown(environmentName(name), environments, 'env') };
}

function requireKnown(name: string, names: readonly string[], kind: 'org' | 'env'): string {
  if (names.includes(name)) return name;
  const noun = kind === 'org' ? 'org' : 'environment';
  const near = nearest(name, names);
  const list = names.length === 0 ? `there is no ${noun} yet` : `known: ${names.join(', ')}`;
  return fail('USAGE', `There is no ${noun} ${quote(name)}; ${list}`, {
    hint: near === undefined ? `fm ${kind} list` : commandLine('diff', [`${kind}:${near}`]),
  });
}

function gitOperand(word: string): Operand {
  if (word.includes('://')) {
    fail('USAGE', `Expected something to compare, found the address ${quote(word)}`, {
      hint: 'fm config set staging.url ADDRESS, then fm diff staging',
    });
  }
  const at = word.indexOf(':');
  const [revision, path] = [word.slice(0, at), word.slice(at + 1)];
  // What begins with a dash would be a flag of git's.
  if (revision === '' || revision.startsWith('-')) {
    fail('USAGE', `Expected a git revision before \`:\` in ${quote(word)}`, {
      hint: 'fm diff HEAD:pipelines/x.pipeline.json',
    });
  }
  return { kind: 'git', revision, path };
}

function unknown(word: string, name: string, known: KnownNames): never {
  const message = `Expected something to compare, found ${quote(word)}`;
  if (known.pipelines.includes(word)) {
    fail('USAGE', `${message}, which is a pipeline: name its file`, {
      hint: commandLine('diff', [`HEAD:pipelines/${word}.pipeline.json`, `pipelines/${word}.pipeline.json`]),
    });
  }
  if (known.orgs.includes(name))
    fail('USAGE', `${message}, which is an org`, { hint: commandLine('diff', [`org:${word}`]) });
  const near = nearest(name, [...known.environments, 'files', 'active']);
  fail('USAGE', message, {
    hint: near === undefined ? OPERAND_FORMS : commandLine('diff', [`${near}${word.slice(name.length)}`]),
  });
}
