import { AsyncLocalStorage } from 'node:async_hooks';

/** Tells who runs inside of a database's transaction, however deep in calls. */
export interface TransactionScope {
  run<T>(work: () => Promise<T>): Promise<T>;
  isInside(): boolean;
}

export function transactionScope(): TransactionScope {
  const current = new AsyncLocalStorage<{ open: boolean }>();
  return {
    async run(work) {
      const transaction = { open: true };
      try {
        return await current.run(transaction, work);
      } finally {
        // What was started inside and goes on after the end is outside.
        transaction.open = false;
      }
    },
    isInside: () => current.getStore()?.open ?? false,
  };
}
