import { own } from '../json.ts';
import { quote } from '../quote.ts';
import type { StageNode } from './model.ts';
import type { Report } from './report.ts';

/** Notes which stage sets which variable: one setter per list (PIPELINES.md 5, `variable-set`). */
export function readVariables(nodes: readonly StageNode[], report: Report): void {
  for (const node of nodes) {
    if (node.component?.name !== 'variable-set') continue;
    const name = own(node.config, 'name');
    if (typeof name !== 'string') continue;
    const setter = node.scope.variables.get(name);
    if (!setter) node.scope.variables.set(name, node);
    else {
      report.add({
        code: 'DUPLICATE_VARIABLE',
        path: [...node.path, 'config', 'name'],
        message: `${quote(setter.id)} already sets the variable ${quote(name)} in the same list`,
        hint: 'Use another name, or one setter whose value is chosen by `a ? b : c`',
      });
    }
  }
}
