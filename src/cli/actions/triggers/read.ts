import type { Client } from '../../../client/client.ts';
import type { TriggerView } from '../../../core/api/trigger.ts';
import { allPages } from '../administration/administer.ts';

/** The triggers of a target: of all pipelines, or of one. */
export function listTriggers(client: Client, pipeline: string | undefined): Promise<TriggerView[]> {
  return allPages(async (after) => {
    const { triggers, next } = await client.call('GET /triggers', {
      limit: '500',
      ...(pipeline === undefined ? {} : { pipeline }),
      ...(after === undefined ? {} : { after }),
    });
    return { entries: triggers, next };
  });
}
