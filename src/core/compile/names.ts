import { own } from '../json.ts';
import type { StageNode } from './model.ts';

/** Fields that `context` always has (PIPELINES.md 3). */
export const CONTEXT_FIELDS: readonly string[] = [
  'run_id',
  'pipeline',
  'version',
  'release',
  'environment',
  'tenant',
  'attempt',
  'started_at',
  'vars',
];

/** What `context` has inside of a list that a stage owns, beside what it has around it (PIPELINES.md 5). */
export function contextNamesOf(node: StageNode, field: string): string[] {
  const component = node.component?.name;
  if (component === 'foreach') {
    return [variableName(node, 'item_variable', 'item'), variableName(node, 'index_variable', 'index'), 'total'];
  }
  if (component === 'loop') return ['iteration', 'previous'];
  if (component === 'trycatch' && field !== 'try_stages') return ['error'];
  return [];
}

export function variableName(node: StageNode, field: string, fallback: string): string {
  const name = own(node.config, field);
  return typeof name === 'string' ? name : fallback;
}

const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['item', 'It exists inside of a `foreach` whose `item_variable` is `item`'],
  ['index', 'It exists inside of a `foreach` whose `index_variable` is `index`'],
  ['total', 'It exists inside of a `foreach`'],
  ['iteration', 'It exists inside of a `loop`'],
  ['previous', 'It exists inside of a `loop`'],
  ['error', 'It exists in `catch_stages` and `finally_stages` of a `trycatch`'],
]);

/** Where a field of `context` exists that does not exist everywhere. */
export function whereContextHas(name: string): string | undefined {
  return ELSEWHERE.get(name);
}
