import { fail } from '../../../core/errors.ts';
import { printable, quote } from '../../../core/quote.ts';
import { type GitRefusal, git } from '../git.ts';

/** What a git revision has at a path. */
export type GitObject =
  | { readonly kind: 'file'; readonly bytes: Uint8Array }
  /** Bytes of the wanted files, by path below the folder. Links are not followed. */
  | { readonly kind: 'folder'; readonly files: ReadonlyMap<string, Uint8Array> };

const HINT = 'fm diff HEAD:pipelines/x.pipeline.json';
const ENTRY = /^(\d+) blob ([0-9a-f]+)\t(.+)$/s;
const HASH = /^[0-9a-f]+$/;

/**
 * Reads a file or folder of a git revision; `path` is from `root`. Throws FlowMasonError `USAGE` where there is no git or
 * no repository, `NOT_FOUND` for what git does not know.
 */
export function readGit(
  root: string,
  { revision, path }: { readonly revision: string; readonly path: string },
  wanted: (file: string) => boolean,
): GitObject {
  const shown = `${revision}:${path}`;
  const ask = (args: readonly string[], input?: string): Buffer => {
    const answer = git(root, args, input);
    return 'refused' in answer ? refuse(answer, shown) : answer;
  };
  const hash = ask(['rev-parse', '--verify', '--end-of-options', `${revision}:./${path}`])
    .toString()
    .trim();
  // From here on git is given what it said itself.
  if (!HASH.test(hash)) return refuse({ refused: 'error', said: 'it is more than one thing' }, shown);
  const kind = ask(['cat-file', '-t', hash]).toString().trim();
  if (kind === 'blob') return { kind: 'file', bytes: ask(['cat-file', 'blob', hash]) };
  if (kind !== 'tree') return refuse({ refused: 'error', said: `it is a ${kind}` }, shown);
  const files = ask(['ls-tree', '-r', '-z', '--full-tree', hash])
    .toString()
    .split('\0')
    .flatMap((line) => {
      const [, mode = '', blob = '', file = ''] = ENTRY.exec(line) ?? [];
      return mode.startsWith('100') && wanted(file) ? [{ file, blob }] : [];
    });
  const contents =
    files.length === 0 ? [] : batch(ask(['cat-file', '--batch'], files.map(({ blob }) => `${blob}\n`).join('')));
  return { kind: 'folder', files: new Map(files.map(({ file }, i) => [file, contents[i] ?? new Uint8Array()])) };
}

/** The contents that `git cat-file --batch` printed, each behind a line with its size. */
function batch(answer: Buffer): Uint8Array[] {
  const contents: Uint8Array[] = [];
  for (let at = 0; at < answer.length; ) {
    const end = answer.indexOf('\n', at);
    const size = Number(answer.toString('latin1', at, end).split(' ')[2]);
    contents.push(answer.subarray(end + 1, end + 1 + size));
    at = end + 1 + size + 1;
  }
  return contents;
}

function refuse({ refused, said }: GitRefusal, shown: string): never {
  if (refused === 'missing')
    fail('USAGE', `${quote(shown)} asks git, which is not installed`, {
      hint: 'fm diff old.pipeline.json new.pipeline.json',
    });
  if (refused === 'no-repository') {
    fail('USAGE', `${quote(shown)} asks git, and this folder is in no git repository`, {
      hint: 'fm diff old.pipeline.json new.pipeline.json',
    });
  }
  return fail('NOT_FOUND', `git knows no ${quote(shown)}: ${printable(said).replace(/^fatal: /, '')}`, { hint: HINT });
}
