import { join, relative } from 'node:path';
import type { MadeProject, TemplateSummary } from '../actions/init.ts';
import { paint } from '../terminal.ts';
import { commandLine } from '../usage.ts';
import { table } from './table.ts';

export function templatesText(templates: readonly TemplateSummary[]): string {
  return table(
    templates.map(({ name, summary }) => [paint('bold', name), summary]),
    ['TEMPLATE', 'WHAT ITS PIPELINE DOES'],
  );
}

export function madeProjectText(made: MadeProject, cwd: string): string {
  const folder = relative(cwd, made.root);
  const verb = made.dry_run ? 'Would make' : 'Made';
  const lines = [`${verb} ${paint('bold', made.name)} from the template ${made.template}:`];
  lines.push(...made.files.map((path) => `  ${join(folder, path)}`));
  lines.push(...made.kept.map((path) => `  ${join(folder, path)} ${paint('dim', '(was there; left as it is)')}`));
  if (made.dry_run) return lines.join('\n');
  lines.push('', 'Next:');
  if (folder) lines.push(`  ${commandLine('cd', [folder]).slice('fm '.length)}`);
  lines.push(`  ${commandLine('run', [made.pipeline])}`, `  ${commandLine('test', [])}`);
  return lines.join('\n');
}
