import type { VarView } from '../../../core/api/administration.ts';
import type { Json } from '../../../core/json.ts';
import { printable } from '../../../core/quote.ts';
import { timeText } from '../run/document.ts';
import { table } from '../table.ts';

const SHOWN = 60;

/** What became of a variable. */
export interface ChangedVar {
  readonly name: string;
  /** Absent when it was removed. */
  readonly value?: Json;
  readonly changed: boolean;
  readonly revision: number | null;
}

export function varsText(vars: readonly VarView[]): string {
  if (vars.length === 0) return 'no variables';
  const rows = vars.map(({ name, value, revision, actor, updated_at }) => [
    name,
    short(value),
    `r${revision}`,
    printable(actor),
    timeText(updated_at),
  ]);
  return table(rows, ['NAME', 'VALUE', 'REVISION', 'BY', 'WHEN']);
}

export function changedVarsText(vars: readonly ChangedVar[], dryRun: boolean): string {
  return vars
    .map(({ name, value, changed }) => {
      if (value === undefined) {
        if (!changed) return `${name} has no value`;
        return dryRun ? `Would unset ${name}` : `${name} has no value any more`;
      }
      const set = `${name} = ${short(value)}`;
      if (!changed) return `${name} is ${short(value)} already`;
      return dryRun ? `Would set ${set}` : set;
    })
    .join('\n');
}

function short(value: Json): string {
  const text = printable(JSON.stringify(value));
  return text.length > SHOWN ? `${text.slice(0, SHOWN - 1)}…` : text;
}
