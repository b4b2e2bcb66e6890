import { printable } from '../../core/quote.ts';
import { shortDigest } from '../../core/release/short-digest.ts';
import type { DeletedOrgs } from '../actions/org/delete.ts';
import type { ListedOrg } from '../actions/org/list.ts';
import type { OpenedOrg } from '../actions/org/open.ts';
import { commandLine } from '../usage.ts';
import { commandLines } from './release/notice.ts';
import { bytesText } from './release/plan-text.ts';
import { screenOf } from './screen.ts';
import { table } from './table.ts';

export function orgsText(orgs: readonly ListedOrg[]): string {
  const rows = orgs.map((org) => [org.name, activeText(org), stateText(org), sizeText(org), org.database]);
  return table(rows, ['ORG', 'ACTIVE', 'STATE', 'SIZE', 'DATABASE']);
}

/** One org with what to type next. */
export function orgText(org: ListedOrg): string {
  const facts = [
    ['org', org.name],
    ['active', activeText(org)],
    ['database', `${org.database}${org.exists ? `, ${sizeText(org)}` : ''}`],
    ...(org.from === null ? [] : [['from', printable(org.from)]]),
    ...(org.expires_at === null ? [] : [['expires', org.expires_at]]),
  ];
  const flags = org.default ? [] : ['--org', org.name];
  const next = org.active
    ? [commandLine('status', flags), commandLine('history', flags), commandLine('run', ['NAME', '--org', org.name])]
    : [commandLine('push', flags)];
  return `${table(facts)}\n\n${commandLines('Next:', next, screenOf())}`;
}

export function openedOrgText({ org, changed, hidden_by, dry_run }: OpenedOrg): string {
  const what = dry_run
    ? `Would make ${org.name} the org of commands that name none`
    : changed
      ? `Commands that name no org work on ${org.name} now`
      : `Commands that name no org work on ${org.name} already`;
  const hidden = hidden_by === null ? '' : `\nwarning: ${hidden_by} names another org, which is in force instead`;
  return `${what}${hidden}\n\n${orgText(org)}`;
}

export function deletedOrgsText({ deleted, dry_run }: DeletedOrgs): string {
  if (deleted.length === 0) return 'nothing was deleted';
  return deleted
    .map((org) => `${dry_run ? 'Would delete' : 'Deleted'} the org ${org.name}  ${org.database}`)
    .join('\n');
}

function activeText({ active, exists, problem }: ListedOrg): string {
  if (problem) return problem.code;
  if (!active) return exists ? 'nothing deployed' : 'nothing pushed yet';
  return `#${active.number} ${printable(active.version)} (${shortDigest(active.release)})`;
}

function stateText(org: ListedOrg): string {
  const states = [org.default && 'default', org.expires_at !== null && expiryText(org)];
  return states.filter((state) => state !== false).join(', ');
}

function expiryText({ expired, expires_at }: ListedOrg): string {
  return `${expired ? 'expired' : 'expires'} ${expires_at?.replace(/\.\d+Z$/, 'Z')}`;
}

function sizeText({ exists, size_bytes }: ListedOrg): string {
  return exists ? bytesText(size_bytes) : '';
}
