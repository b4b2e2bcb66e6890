import { isObject, own } from '../../core/json.ts';
import type { PlannedStage } from '../../core/plan.ts';
import type { BranchKind } from './coverage.ts';

/** A way that a stage can go. */
export interface Branch {
  readonly kind: BranchKind;
  readonly name: string;
}

/** Every way that a stage can go (PIPELINES.md 7, coverage), in the order in which it is decided. */
export function branchesOf(stage: PlannedStage): Branch[] {
  const { definition, component } = stage;
  const found: Branch[] = typeof definition.when === 'string' ? both('when') : [];
  if (component.name === 'conditional') found.push(...both('conditional'));
  else if (component.name === 'router') found.push(...routes(stage));
  else if (component.name === 'foreach') found.push(...items(stage));
  else if (component.name === 'loop') found.push(...iterations(stage));
  else if (component.name === 'trycatch') found.push(...named('trycatch', 'no error', 'error'));
  // Only a retry that is written: which attempts a component has by itself is not the pipeline's logic.
  if (definition.retry && (stage.retry.maxAttempts ?? 2) > 1) found.push(...named('retry', 'recovered', 'exhausted'));
  if (stage.onError === 'continue') found.push(...named('on_error', 'continued'));
  return found;
}

function named(kind: BranchKind, ...names: string[]): Branch[] {
  return names.map((name) => ({ kind, name }));
}

function both(kind: 'when' | 'conditional'): Branch[] {
  return named(kind, 'true', 'false');
}

function routes({ definition }: PlannedStage): Branch[] {
  const { routes = {}, default: otherwise } = definition.config ?? {};
  const names = isObject(routes) ? Object.keys(routes) : [];
  return named('router', ...names, otherwise === undefined ? 'no route' : 'default');
}

/** A list that is written has its length; any other may be empty, of one, of many. */
function items({ definition }: PlannedStage): Branch[] {
  const items = own(definition.config ?? {}, 'items');
  return named('foreach', ...(Array.isArray(items) ? [itemsName(items.length)] : [0, 1, 2].map(itemsName)));
}

export function itemsName(count: number): string {
  if (count === 0) return '0 items';
  return count === 1 ? '1 item' : 'many items';
}

/** `until` is tested after an iteration, so that there is always one. */
function iterations({ definition }: PlannedStage): Branch[] {
  const once = own(definition.config ?? {}, 'max_iterations') === 1;
  return named('loop', ...(once ? [1] : [1, 2]).map(iterationsName));
}

export function iterationsName(count: number): string {
  return count === 1 ? '1 iteration' : 'many iterations';
}
