import { migrateDatabase } from '../../../hosts/node/database/migrate.ts';
import { readServerSettings } from '../../../hosts/node/server/settings.ts';
import type { Outcome } from '../../command.ts';
import { shownValue } from '../../project/shown.ts';
import { say } from '../../terminal.ts';

/** Brings the server's database to this version. */
export async function migrateServer(
  folder: string,
  { dryRun, json }: { readonly dryRun: boolean; readonly json: boolean },
): Promise<Outcome> {
  // The database alone counts here, so that a job before the rollout needs no other setting.
  const { database } = readServerSettings({ FM_ENVIRONMENT: 'any', FM_DATABASE_URL: process.env.FM_DATABASE_URL });
  if (!json) say(`target: ${shownValue(database, false)}`);
  const steps = await migrateDatabase(database, { folder, dryRun });
  const lines = steps.map((step) => `${dryRun ? 'Would apply' : 'Applied'} ${step}`);
  return { json: { applied: steps, dry_run: dryRun }, text: lines.join('\n') || 'The database is of this version' };
}
