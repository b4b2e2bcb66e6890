import { own } from '../../json.ts';
import { quote } from '../../quote.ts';
import { CONTEXT_FIELDS, variableName } from '../names.ts';
import type { ComponentRule } from './rule.ts';
import { checkVariableName } from './variable-set.ts';

/** Items that are written out have a limit. Loop variables are read as `context.<name>`, so they need names that an expression can write and nothing else has. */
export const checkForeach: ComponentRule = (node, path, { report, limits }) => {
  const items = own(node.config, 'items');
  if (Array.isArray(items) && items.length > limits.foreach_items) {
    const message = `\`items\` must have at most ${limits.foreach_items} items, found ${items.length}`;
    const hint = 'Split them over several stages or runs';
    report.add({ code: 'INVALID_VALUE', path: [...path, 'items'], part: 'key', message, hint });
  }
  for (const field of ['item_variable', 'index_variable']) {
    const name = own(node.config, field);
    if (typeof name !== 'string') continue;
    if (CONTEXT_FIELDS.includes(name) || name === 'total' || name === 'error') {
      const message = `${quote(field)} must not be ${quote(name)}, which \`context\` already has`;
      const hint = `Write ${quote(`${name}_value`)}, for example`;
      report.add({ code: 'RESERVED_NAME', path: [...path, field], message, hint });
    } else checkVariableName(field, name, [...path, field], report);
  }
  if (variableName(node, 'item_variable', 'item') !== variableName(node, 'index_variable', 'index')) return;
  const field = Object.hasOwn(node.config, 'index_variable') ? 'index_variable' : 'item_variable';
  const message = 'Item and index cannot have the same name';
  report.add({ code: 'RESERVED_NAME', path: [...path, field], message, hint: `Rename ${quote(field)}` });
};
