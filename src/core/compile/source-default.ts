import { own } from '../json.ts';
import type { StageNode } from './model.ts';

/** The id goes into an expression, so it has to be one. */
const ID = /^[A-Za-z][A-Za-z0-9_-]*$/;

/** The id whose output json-transform takes when `data` is left out; undefined when that does not apply. */
export function defaultSource(node: StageNode): string | undefined {
  if (!needsDefaultSource(node)) return undefined;
  const list = own(node.raw, 'depends_on');
  const [only] = Array.isArray(list) ? list : [];
  return Array.isArray(list) && list.length === 1 && typeof only === 'string' && ID.test(only) ? only : undefined;
}

export function needsDefaultSource({ component, config }: StageNode): boolean {
  return component?.name === 'json-transform' && Object.hasOwn(config, 'expression') && !Object.hasOwn(config, 'data');
}
