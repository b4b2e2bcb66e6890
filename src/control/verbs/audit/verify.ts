import type { AuditVerification } from '../../../core/api/administration.ts';
import { NOTHING, query } from '../../verb.ts';

/** Computes every hash of the audit again. */
export const verifyAudit = query({
  summary: 'Tell whether the audit is whole and unchanged',
  scope: 'admin',
  input: NOTHING,
  run: ({ control }): Promise<AuditVerification> => control.store.audit.verify(),
});
