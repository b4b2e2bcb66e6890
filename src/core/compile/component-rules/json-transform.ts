import { type JsonPath, own } from '../../json.ts';
import { quote } from '../../quote.ts';
import type { StageNode } from '../model.ts';
import type { Report } from '../report.ts';
import { defaultSource, needsDefaultSource } from '../source-default.ts';
import type { ComponentRule } from './rule.ts';

/** An expression with data, or a template; and JMESPath that can be read. */
export const checkTransform: ComponentRule = (node, path, { report, rules }) => {
  const { config } = node;
  const expression = own(config, 'expression');
  if (expression === undefined && !Object.hasOwn(config, 'template')) {
    const message = '`expression` or `template` is missing in the config of `json-transform`';
    report.add({ code: 'REQUIRED_FIELD', path, message, hint: 'Add `"template": { … }`' });
  } else if (Object.hasOwn(config, 'template')) {
    const other = expression === undefined ? 'data' : 'expression';
    if (Object.hasOwn(config, other)) {
      const message = `\`template\` and ${quote(other)} exclude each other`;
      const hint = 'A template names what it needs itself: remove one of the two';
      report.add({ code: 'INVALID_VALUE', path: [...path, other], part: 'key', message, hint });
    }
  } else if (needsDefaultSource(node) && defaultSource(node) === undefined) missingData(node, path, report);

  const wrong = typeof expression === 'string' ? rules.jmespath?.(expression) : undefined;
  if (!wrong) return;
  const { message, hint, start, end } = wrong;
  report.add({ code: 'INVALID_JMESPATH', path: [...path, 'expression'], range: [start, end], message, hint });
};

/** Without `data` it takes the output of the only stage in `depends_on`. */
function missingData(node: StageNode, path: JsonPath, report: Report): void {
  const list = own(node.raw, 'depends_on');
  const count = Array.isArray(list) ? list.length : 0;
  report.add({
    code: 'REQUIRED_FIELD',
    path,
    message: `\`data\` is missing in ${quote(node.id)}: without it the output of the only id in \`depends_on\` is taken, and there are ${count}`,
    hint: 'Add `"data": "{{ stages.<id>.output }}"`',
  });
}
