import { createBudget } from '../core/expression/evaluation.ts';
import type { Environment } from '../core/expression/types.ts';
import type { PlannedStage } from '../core/plan.ts';
import type { BoundExpression } from './component.ts';

/** The late expressions of a stage as its component calls them; all their evaluations share one budget. */
export function bind(stage: PlannedStage, environment: Environment): Readonly<Record<string, BoundExpression>> {
  const budget = createBudget();
  return Object.fromEntries(
    Object.entries(stage.lateExpressions).map(([key, expression]) => [
      key,
      {
        source: expression.source,
        evaluate: (locals: Readonly<Record<string, unknown>>) => expression.evaluateWithin(budget, environment, locals),
      },
    ]),
  );
}
