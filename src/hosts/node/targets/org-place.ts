import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, sep } from 'node:path';
import { fail } from '../../../core/errors.ts';
import { errorCode } from '../atomic-file.ts';
import { listFolder } from '../list-folder.ts';

/** The org that every project has. Its database is `environments.local.database`. */
export const LOCAL_ORG = 'local';

/** Where an org is kept. */
export interface OrgPlace {
  readonly name: string;
  /** The database, absolute. */
  readonly file: string;
  /** What is known of the org beside its database, absolute; the local org has none. */
  readonly record: string | undefined;
  /** As settings and messages have it. */
  readonly url: string;
  /** The folder that the file must not leave by a link; undefined for one that was named as an absolute path. */
  readonly inside: string | undefined;
}

/** A project as far as its orgs need it. */
export interface OrgProject {
  /** The folder of `flowmason.json`: a real path. */
  readonly root: string;
  /** `<root>/.flowmason` */
  readonly home: string;
  /** `environments.local.database`: `sqlite:///…` */
  readonly database: string;
}

/** The place of an org, whether or not it exists. */
export function orgPlace({ root, home, database }: OrgProject, name: string): OrgPlace {
  if (name !== LOCAL_ORG) {
    const file = join(orgFolder(home), `${name}.db`);
    const path = relative(root, file).split(sep).join('/');
    return { name, file, record: file.replace(/db$/, 'json'), url: `sqlite:///${path}`, inside: root };
  }
  const path = database.replace(/^sqlite:\/\/\//, '');
  if (isAbsolute(path)) return { name, file: path, record: undefined, url: database, inside: undefined };
  return { name, file: join(root, path), record: undefined, url: database, inside: root };
}

/** Where the orgs are that a project has beside its local one. */
export function orgFolder(home: string): string {
  return join(home, 'orgs');
}

/** The names of the orgs that exist, the local one first. */
export function orgNames(project: OrgProject): string[] {
  const local = orgExists(orgPlace(project, LOCAL_ORG)) ? [LOCAL_ORG] : [];
  const files = listFolder(orgFolder(project.home)).filter(
    (entry) => !entry.isDirectory() && entry.name.endsWith('.db'),
  );
  return [...local, ...files.map(({ name }) => name.slice(0, -'.db'.length)).sort()];
}

export function orgExists({ file }: OrgPlace): boolean {
  return lstatSync(file, { throwIfNoEntry: false }) !== undefined;
}

/** What SQLite writes beside a database. */
const BESIDE = ['', '-wal', '-shm', '-journal'];

/** The files of an org that may be there. */
export function orgFiles({ file, record }: OrgPlace): string[] {
  return [...BESIDE.map((end) => file + end), ...(record === undefined ? [] : [record])];
}

/** The folder with a lock for each run that a process executes; beside the database, whoever uses that. */
export function runLocks({ file }: Pick<OrgPlace, 'file'>): string {
  return `${file}.runs`;
}

/**
 * A database is a file of its own: behind a link, opening it would write where nobody expects it. Throws FlowMasonError
 * `DATABASE_LINKED`, `DATABASE_FOREIGN` for pipes and the like.
 */
export function requireOwnFile(place: OrgPlace): void {
  const { name, file, inside, url } = place;
  for (const path of BESIDE.map((end) => file + end)) {
    const stat = lstatSync(path, { throwIfNoEntry: false });
    if (stat?.isSymbolicLink()) refuseLink(place, basename(path));
    if (stat && !stat.isFile() && !stat.isDirectory())
      fail('DATABASE_FOREIGN', `${path} is not a file, and the database of the org ${name} has to be one`, {
        hint: 'Move it away, or name another file: fm config set local.database sqlite:///flowmason.db',
      });
  }
  if (inside === undefined) return;
  const real = realFolder(dirname(file));
  const path = relative(inside, real);
  if (path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path)) {
    // Who writes `sqlite:///../x.db` says where it is to be.
    if (!url.includes('..')) refuseLink(place, dirname(file));
  }
}

/** The real path of the nearest folder that exists. */
function realFolder(folder: string): string {
  try {
    return realpathSync(folder);
  } catch (error) {
    if (errorCode(error) !== 'ENOENT' || dirname(folder) === folder) throw error;
    return realFolder(dirname(folder));
  }
}

function refuseLink({ name, url, record }: OrgPlace, link: string): never {
  const elsewhere = ', or write where it is: fm config set local.database sqlite:////absolute/file.db';
  fail('DATABASE_LINKED', `The database of the org ${name}, ${url}, lies behind a link: ${link}`, {
    hint: `Put the file itself in the place of the link${record === undefined ? elsewhere : ''}`,
  });
}
