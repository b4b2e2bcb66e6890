import type { Explanation, listCodes } from '../actions/explain.ts';
import { columns, paint } from '../terminal.ts';
import { table } from './table.ts';
import { wrap } from './wrap.ts';

export function explanationText({ code, title, explanation, example, exit }: Explanation): string {
  const parts = [`${paint('bold', code)}  ${title}`, wrap(explanation, Math.min(columns(), 100))];
  if (example !== null) parts.push(example.replaceAll(/^/gm, '  '));
  parts.push(`Exit code ${exit.code}: ${exit.meaning}.`);
  return parts.join('\n\n');
}

export function codesText(codes: ReturnType<typeof listCodes>): string {
  return table(
    codes.map(({ code, title, exit }) => [paint('bold', code), String(exit), title]),
    ['CODE', 'EXIT', 'MEANING'],
  );
}
