import { type Dirent, readdirSync } from 'node:fs';
import { errorCode } from './atomic-file.ts';

/** What is in a folder; nothing when there is none. */
export function listFolder(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch (error) {
    if (errorCode(error) === 'ENOENT' || errorCode(error) === 'ENOTDIR') return [];
    throw error;
  }
}
