import type { Examination } from '../actions/doctor/examine.ts';
import { paint, type Style } from '../terminal.ts';
import { hintText } from './hint.ts';
import { table } from './table.ts';

const STYLES: Readonly<Record<string, Style>> = { ok: 'green', warn: 'yellow', fail: 'red' };

export function examinationText({ checks }: Examination): string {
  const rows = checks.flatMap(({ name, status, message, hint }) => [
    [paint(STYLES[status] ?? 'dim', status), name, message],
    ...(hint === null ? [] : [['', '', hintText(hint)]]),
  ]);
  return table(rows);
}
