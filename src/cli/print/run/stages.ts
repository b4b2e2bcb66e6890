import type { RunStageView } from '../../../core/api/run.ts';
import { durationText } from '../../../core/duration.ts';
import { indented } from './lines.ts';
import { failureText } from './summary.ts';

/** Stages with what they were given, where that is recorded, and what they gave. */
export function stagesText(stages: readonly RunStageView[]): string {
  return stages.map(stageText).join('\n\n');
}

function stageText({ path, component, status, attempts, duration_ms, error, output, input }: RunStageView): string {
  const tries = attempts > 1 ? `, ${attempts} attempts` : '';
  const lines = [`${path}  ${component}  ${status} in ${durationText(duration_ms)}${tries}`];
  if (error) lines.push(...indented(failureText(error, process.stdout), '  '));
  if (input !== undefined) lines.push('  config', ...indented(JSON.stringify(input, null, 2), '    '));
  if (status === 'succeeded') lines.push('  output', ...indented(JSON.stringify(output, null, 2), '    '));
  return lines.join('\n');
}
