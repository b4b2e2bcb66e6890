import { readFileSync } from 'node:fs';
import { isObject } from '../../../core/json.ts';
import { errorCode, writeAtomic } from '../atomic-file.ts';
import type { OrgPlace } from './org-place.ts';

/** What is known of an org beside its database. Times in epoch milliseconds. */
export interface OrgRecord {
  readonly created_at: number | null;
  /** The environment or org that its first release came from. */
  readonly from: string | null;
  /** From then on it is not used any more; null: for ever. */
  readonly expires_at: number | null;
}

const NOTHING: OrgRecord = { created_at: null, from: null, expires_at: null };

/** Of an org without a record, nothing is known. A damaged record counts as none. */
export function readOrgRecord({ record }: OrgPlace): OrgRecord {
  if (record === undefined) return NOTHING;
  try {
    const value: unknown = JSON.parse(readFileSync(record, 'utf8'));
    if (!isObject(value)) return NOTHING;
    return {
      created_at: time(value.created_at),
      from: typeof value.from === 'string' ? value.from : null,
      expires_at: time(value.expires_at),
    };
  } catch (error) {
    if (error instanceof SyntaxError || errorCode(error) === 'ENOENT') return NOTHING;
    throw error;
  }
}

export function writeOrgRecord({ record }: OrgPlace, value: OrgRecord): void {
  if (record !== undefined) writeAtomic(record, `${JSON.stringify(value, null, 2)}\n`, { durable: true });
}

function time(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}
