import * as v from 'valibot';
import type { AuditPage, AuditView } from '../../../core/api/administration.ts';
import type { AuditRow } from '../../../store/audit.ts';
import { LIMIT, whole } from '../../schema/query.ts';
import { query } from '../../verb.ts';

/** Administrative changes, the newest first. */
export const listAudit = query({
  summary: 'List administrative changes',
  scope: 'admin',
  input: v.strictObject({ limit: LIMIT, before: v.optional(whole(1, Number.MAX_SAFE_INTEGER)) }),
  async run({ control }, { limit, before }): Promise<AuditPage> {
    const rows = await control.store.audit.list({ limit, before });
    const last = rows.at(-1);
    return {
      entries: rows.map(view),
      next: rows.length < limit || last === undefined || last.number === 1 ? null : String(last.number),
    };
  },
});

function view({ details, ...row }: AuditRow): AuditView {
  try {
    return { ...row, details: JSON.parse(details) };
  } catch {
    // Somebody has changed it; `verify` tells.
    return { ...row, details };
  }
}
