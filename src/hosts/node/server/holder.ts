import { resolve } from 'node:path';
import { type Holder, lockHolder } from '../dispatcher/holder.ts';

/**
 * Who executes a run, where it is a process of this machine: a database file has its locks beside it. Of a PostgreSQL
 * several machines may execute runs, and a lock of one says nothing to the others.
 */
export function runHolder(database: string, folder: string): Holder | undefined {
  const path = /^sqlite:\/\/\/(.+)$/.exec(database)?.[1];
  return path === undefined ? undefined : lockHolder(`${resolve(folder, path)}.runs`);
}
