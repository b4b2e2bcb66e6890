import { builtInDescriptors } from '../../../hosts/node/components/built-in.ts';
import type { Outcome } from '../../command.ts';
import { workersText } from '../../print/administration/workers.ts';
import { type AdministerFlags, administer, allPages } from './administer.ts';

export function listWorkers(cwd: string, flags: AdministerFlags & { readonly all: boolean }): Promise<Outcome> {
  return administer(cwd, flags, async ({ client }) => {
    const all = await allPages(async (after) => {
      const { workers, next } = await client.call('GET /workers', {
        limit: '500',
        ...(after === undefined ? {} : { after }),
      });
      return { entries: workers, next };
    });
    const workers = all.filter(({ live }) => flags.all || live);
    return { json: { workers }, text: workersText(workers, Date.now(), builtInDescriptors()) };
  });
}
