import type { Environment, Expression } from '../core/expression/types.ts';
import { StageError } from '../core/run.ts';

/** The value of a condition; nothing but true and false will do (PIPELINES.md 3). Throws StageError `EXPRESSION`. */
export function holds(condition: Expression, environment: Environment, field: string): boolean {
  const value = condition.evaluate(environment);
  if (typeof value === 'boolean') return value;
  throw new StageError(
    'EXPRESSION',
    'not_boolean',
    `${field} must give true or false, got ${kindOf(value)}: ${condition.source}`,
    { hint: 'compare explicitly, such as `len(items) > 0` or `x == "yes"`' },
  );
}

/** What a value is, for messages. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
