import type { SecretView } from '../../../core/api/administration.ts';
import { FlowMasonError } from '../../../core/errors.ts';
import { quoteList } from '../../../core/quote.ts';
import type { Outcome } from '../../command.ts';
import { secretsText } from '../../print/administration/secrets.ts';
import { type AdministerFlags, administer, allPages } from './administer.ts';

/** The secrets that active releases name. With `check`, `SECRET_MISSING` when one that is required cannot be read. */
export function showSecrets(cwd: string, flags: AdministerFlags, check: boolean): Promise<Outcome> {
  return administer(cwd, flags, async ({ client }) => {
    const secrets = await allPages(async (after) => {
      const page = await client.call('GET /secrets', { limit: '500', ...(after === undefined ? {} : { after }) });
      return { entries: page.secrets, next: page.next };
    });
    return { json: { secrets }, text: secretsText(secrets), error: check ? missing(secrets) : undefined };
  });
}

function missing(secrets: readonly SecretView[]): FlowMasonError | undefined {
  const names = secrets.filter(({ required, status }) => required && status === 'missing').map(({ name }) => name);
  if (names.length === 0) return undefined;
  return new FlowMasonError('SECRET_MISSING', `Active releases need secrets that cannot be read: ${quoteList(names)}`, {
    hint: `Where runs are executed: export FM_SECRET_${names[0]}=…`,
    details: { missing: names },
  });
}
