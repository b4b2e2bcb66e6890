import type { Handle } from './handle.ts';

/** Whether the database answers. */
export function health(handle: Handle) {
  const { db, dialect } = handle;
  return {
    /** The database's clock in epoch milliseconds: far from the host's, one of the two is wrong. */
    async time(): Promise<number> {
      const [row] = await dialect.rows(db, dialect.time);
      return Number(row?.now);
    },
  };
}
