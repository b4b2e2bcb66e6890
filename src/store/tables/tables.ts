import { administrationTables } from './administration.ts';
import { deploymentTables } from './deployments.ts';
import type { Kit } from './kit.ts';
import { releaseTables } from './releases.ts';
import { runTables } from './runs.ts';

/** Every table, in the form of the kit's dialect. Times are epoch milliseconds, JSON is text. */
export function defineTables(kit: Kit) {
  return { ...releaseTables(kit), ...deploymentTables(kit), ...runTables(kit), ...administrationTables(kit) };
}

export type Tables = ReturnType<typeof defineTables>;
