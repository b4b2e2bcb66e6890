import { FlowMasonError } from '../../../core/errors.ts';
import type { Outcome } from '../../command.ts';
import { auditText, verificationText } from '../../print/administration/audit.ts';
import { type AdministerFlags, administer } from './administer.ts';

export interface AuditFlags extends AdministerFlags {
  readonly limit: number;
  readonly before?: number | undefined;
}

export function listAudit(cwd: string, flags: AuditFlags): Promise<Outcome> {
  const { limit, before } = flags;
  return administer(cwd, flags, async ({ client }) => {
    const page = await client.call('GET /audit', { limit: String(limit), ...(before === undefined ? {} : { before }) });
    return { json: page, text: auditText(page.entries, page.next) };
  });
}

/** Fails with `AUDIT_BROKEN` when somebody has changed it. */
export function verifyAudit(cwd: string, flags: AdministerFlags): Promise<Outcome> {
  return administer(cwd, flags, async ({ client }) => {
    const verified = await client.call('GET /audit/verification', {});
    const { broken, rows } = verified;
    if (!broken) return { json: verified, text: verificationText(rows) };
    const { number, what } = broken;
    const error = new FlowMasonError('AUDIT_BROKEN', `Entry ${number} of the audit is ${what}; ${rows} before it fit`, {
      hint: 'Compare with a backup of the database, and find out who can write to it.',
      details: { number, what, rows },
    });
    return { json: verified, text: '', error };
  });
}
