import type { sqliteKit } from './sqlite-kit.ts';

/**
 * What tables are made of. They are defined once over it and built for either dialect:
 *
 * - `text`: exactly what was given, sorted by its bytes. What a database would change silently is refused.
 * - `json`: any JSON value, kept as its text, because `jsonb` reorders keys and refuses some strings.
 * - `integer`: a safe integer. `timestamp`: one of epoch milliseconds. `boolean`.
 */
export type Kit = typeof sqliteKit;
