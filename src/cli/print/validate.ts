import type { Validation } from '../actions/validate.ts';
import { paint } from '../terminal.ts';
import { table } from './table.ts';

export function validationText({ pipelines, warnings }: Validation): string {
  const rows = pipelines.map(({ file, valid, name, version, stages }) => [
    valid ? `${paint('green', '✓')} valid` : `${paint('red', '✗')} invalid`,
    file,
    valid ? paint('dim', `${name} ${version}, ${counted(stages, 'stage')}`) : '',
  ]);
  const good = pipelines.filter(({ valid }) => valid).length;
  const doubts = warnings.length > 0 ? `, ${counted(warnings.length, 'warning')}` : '';
  return `${table(rows)}\n\n${good} of ${counted(pipelines.length, 'pipeline')} valid${doubts}`;
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
