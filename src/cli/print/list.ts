import type { ListedPipeline } from '../actions/list.ts';
import { paint } from '../terminal.ts';
import { table } from './table.ts';

export function pipelinesText(pipelines: readonly ListedPipeline[]): string {
  if (pipelines.length === 0) return 'There is no pipeline in pipelines/ yet.';
  const rows = pipelines.map(({ name, version, stages, description, readable }) => [
    paint('bold', name),
    version,
    readable ? String(stages) : '-',
    readable ? (description ?? '') : 'not readable; see fm validate',
  ]);
  return table(rows, ['PIPELINE', 'VERSION', 'STAGES', 'DESCRIPTION']);
}
