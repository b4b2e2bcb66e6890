import type { AuditView } from '../../../core/api/administration.ts';
import { printable } from '../../../core/quote.ts';
import { timeText } from '../run/document.ts';
import { table } from '../table.ts';

const SHOWN = 100;

/** `next`: what `--before` has to be for older ones. */
export function auditText(entries: readonly AuditView[], next: string | null): string {
  if (entries.length === 0) return 'no changes';
  const rows = entries.map(({ number, at, actor, action, target, details }) => {
    const said = details === null ? '' : printable(JSON.stringify(details));
    const shown = said.length > SHOWN ? `${said.slice(0, SHOWN - 1)}…` : said;
    return [`#${number}`, timeText(at), printable(actor), printable(action), printable(target), shown];
  });
  const older = next === null ? '' : `\n\nOlder ones: --before ${next}`;
  return `${table(rows, ['NUMBER', 'WHEN', 'WHO', 'DID', 'TO', 'DETAILS'])}${older}`;
}

export function verificationText(rows: number): string {
  return rows === 0 ? 'The audit has no entry yet' : `All ${rows} entries of the audit are whole and unchanged`;
}
