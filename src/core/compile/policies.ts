import { parseDuration } from '../duration.ts';
import { isObject, own } from '../json.ts';
import type { PlannedStage, RetryPolicy } from '../plan.ts';
import { quote } from '../quote.ts';
import { ERROR_TYPES, type ErrorType, RETRIED_BY_DEFAULT } from '../run.ts';
import type { StageNode } from './model.ts';
import type { Report } from './report.ts';

const DEFAULTS = { delay: 1_000, factor: 2, maxDelay: 30_000, jitter: true };
const DEFAULT_ON: ReadonlySet<ErrorType> = new Set(RETRIED_BY_DEFAULT);

/** How a stage is repeated; null attempts leave the number to the component (PIPELINES.md 2). */
export function retryPolicy(node: StageNode): RetryPolicy {
  const retry = own(node.raw, 'retry');
  if (!isObject(retry)) return { maxAttempts: null, ...DEFAULTS, on: DEFAULT_ON };
  const attempts = own(retry, 'max_attempts');
  const factor = own(retry, 'factor');
  const types = own(retry, 'on');
  return {
    maxAttempts: typeof attempts === 'number' ? attempts : null,
    delay: parseDuration(own(retry, 'delay')) ?? DEFAULTS.delay,
    factor: typeof factor === 'number' ? factor : DEFAULTS.factor,
    maxDelay: parseDuration(own(retry, 'max_delay')) ?? DEFAULTS.maxDelay,
    jitter: own(retry, 'jitter') !== false,
    on: Array.isArray(types) ? new Set(ERROR_TYPES.filter((type) => types.includes(type))) : DEFAULT_ON,
  };
}

/** Milliseconds per attempt. */
export function stageTimeout(node: StageNode): number | undefined {
  return parseDuration(own(node.raw, 'timeout')) ?? node.component?.timeout ?? undefined;
}

export function cacheTtl(node: StageNode): number | undefined {
  const cache = own(node.raw, 'cache');
  return isObject(cache) ? parseDuration(own(cache, 'ttl')) : undefined;
}

export function errorPolicy(node: StageNode): PlannedStage['onError'] {
  return own(node.raw, 'on_error') === 'continue' ? 'continue' : 'fail';
}

/** What `retry` and `cache` are not for. */
export function checkPolicies(node: StageNode, report: Report): void {
  const { component } = node;
  const retry = own(node.raw, 'retry');
  if (component?.category === 'control' && component.name !== 'subpipeline' && retry !== undefined) {
    report.add({
      code: 'RETRY_NOT_ALLOWED',
      path: [...node.path, 'retry'],
      part: 'key',
      message: `${quote(component.name)} is a control stage, and of those only \`subpipeline\` can be retried`,
      hint: 'Write `retry` in the stages that it controls, or move them into a subpipeline',
    });
  }
  if (component && own(node.raw, 'cache') !== undefined && (!component.cacheable || component.category === 'control')) {
    report.add({
      code: 'CACHE_NOT_ALLOWED',
      path: [...node.path, 'cache'],
      part: 'key',
      message: `The output of ${quote(component.name)} cannot be cached: the stage matters for what it does`,
      hint: 'Remove `cache`',
    });
  }
}
