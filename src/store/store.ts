import type { Clock } from '../core/ports.ts';
import { attempts } from './attempts.ts';
import { audit } from './audit.ts';
import { condition } from './condition.ts';
import type { Database } from './database.ts';
import { deployments } from './deployments.ts';
import { environments } from './environments.ts';
import { evidence } from './evidence.ts';
import { failureCalls } from './failure-calls.ts';
import { firings } from './firings.ts';
import { type Handle, outerHandle, refuseInside, transactionsOf, translated } from './handle.ts';
import { health } from './health.ts';
import { idempotency } from './idempotency.ts';
import { journal } from './journal.ts';
import { keys } from './keys.ts';
import { plans } from './plans.ts';
import { queue } from './queue.ts';
import { releases } from './releases.ts';
import { retention } from './retention.ts';
import { runs } from './runs.ts';
import { signals } from './signals.ts';
import { slots } from './slots.ts';
import { triggers } from './triggers.ts';
import { usage } from './usage.ts';
import { vars } from './vars.ts';
import { workers } from './workers.ts';

/** The nouns, each with its transitions. */
const NOUNS = {
  environments,
  releases,
  evidence,
  plans,
  deployments,
  runs,
  attempts,
  journal,
  signals,
  slots,
  queue,
  triggers,
  firings,
  failureCalls,
  workers,
  usage,
  vars,
  keys,
  audit,
  idempotency,
  retention,
  health,
  condition,
};

type Factories = typeof NOUNS;
type Nouns = { readonly [Name in keyof Factories]: ReturnType<Factories[Name]> };

/** The store inside of a transaction: everything or nothing of what is done with it happens. */
export type StoreTransaction = Nouns;

/** Everything that a control plane keeps for one tenant. */
export interface Store extends Nouns {
  /** Tells every time that is stored, and so whatever is compared with one. */
  readonly clock: Clock;
  /**
   * Runs `work` in one transaction. It may be run again when others got in the way, so it must change nothing but the
   * store, through its argument. Using the store itself in it throws FlowMasonError `TRANSACTION_NESTED`.
   */
  transaction<T>(work: (tx: StoreTransaction) => Promise<T>): Promise<T>;
  /** Gives the database back. */
  close(): Promise<void>;
}

/**
 * The store over an opened database. All times are epoch milliseconds of `clock`, which is the database's own where
 * several hosts share one (`databaseClock`); order comes from numbers, never from times. Every method throws
 * FlowMasonError `DATABASE_…` when the database fails, and `TEXT_INVALID` for text that cannot be stored.
 */
export function createStore(database: Database, clock: Clock): Store {
  const transactions = transactionsOf(database, clock);
  const inner = new WeakMap<Handle, Nouns>();
  const nounsIn = (handle: Handle): Nouns => {
    const nouns = inner.get(handle) ?? nounsOf(handle, () => {});
    inner.set(handle, nouns);
    return nouns;
  };
  return {
    clock,
    ...nounsOf(outerHandle(database, clock, transactions), () => refuseInside(database)),
    transaction: (work) => transactions((handle) => work(nounsIn(handle))),
    close: () => database.release(),
  };
}

type Method = (...args: unknown[]) => Promise<unknown>;

/** Every noun over a handle. `admit` throws when the handle may not be used now. */
function nounsOf(handle: Handle, admit: () => void): Nouns {
  const guard = (method: Method): Method => {
    return async (...args) => {
      admit();
      try {
        return await method(...args);
      } catch (error) {
        throw translated(handle.dialect, error);
      }
    };
  };
  const nouns = Object.entries(NOUNS).map(([name, make]) => {
    const methods = Object.entries(make(handle)).map(([verb, method]) => [verb, guard(method as Method)]);
    return [name, Object.fromEntries(methods)];
  });
  // The same names lead to the same methods, each of which answers a promise.
  return Object.fromEntries(nouns) as Nouns;
}
