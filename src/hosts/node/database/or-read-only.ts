import { FlowMasonError } from '../../../core/errors.ts';
import type { OpenedDatabase } from '../../edge/opened.ts';

/**
 * A libSQL file as `open` opens it; where it may not be written, a copy of it of this moment that `prepare` has brought to
 * this version, and that refuses every change as the file itself did. Throws as they.
 */
export async function orReadOnly(
  file: string,
  open: () => Promise<OpenedDatabase>,
  prepare: (copy: Promise<OpenedDatabase>) => Promise<OpenedDatabase>,
): Promise<OpenedDatabase> {
  try {
    return await open();
  } catch (error) {
    if (!isReadOnly(error)) throw error;
    const { copyDatabase } = await import('./read-only-copy.ts');
    const copy = copyDatabase(file);
    if (!copy) throw error;
    try {
      return await openCopy(copy, error, prepare);
    } catch (failure) {
      copy.remove();
      throw failure;
    }
  }
}

async function openCopy(
  copy: { readonly file: string; remove(): void },
  why: FlowMasonError,
  prepare: (copy: Promise<OpenedDatabase>) => Promise<OpenedDatabase>,
): Promise<OpenedDatabase> {
  const { openLibsql } = await import('./libsql.ts');
  await (await prepare(openLibsql(copy.file))).release();
  const database = await openLibsql(copy.file, { readOnly: true });
  const { dialect } = database;
  return {
    ...database,
    dialect: {
      ...dialect,
      failure(error) {
        const known = dialect.failure(error);
        return isReadOnly(known) ? why : known;
      },
    },
    async release() {
      await database.release();
      copy.remove();
    },
  };
}

function isReadOnly(error: unknown): error is FlowMasonError {
  return error instanceof FlowMasonError && error.code === 'DATABASE_READ_ONLY';
}
