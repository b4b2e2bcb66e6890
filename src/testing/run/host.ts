import type { Json } from '../../core/json.ts';
import type { Runtime } from '../../executor/types.ts';
import type { Machine } from './clock.ts';

/** What tests run on. */
export interface TestHost {
  readonly runtime: Runtime;
  readonly machine: Machine;
  /** Effects without a mock really happen, with the real secrets. */
  readonly live: boolean;
  /** Of the secrets those that really exist; asked with `live` only. */
  secrets(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** `environments.local.vars`. */
  readonly vars: Readonly<Record<string, Json>>;
}
