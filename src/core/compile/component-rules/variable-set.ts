import { type JsonPath, own } from '../../json.ts';
import { quote, quoteValue } from '../../quote.ts';
import type { Report } from '../report.ts';
import type { ComponentRule } from './rule.ts';

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A variable is read as `context.vars.<name>`. */
export const checkVariable: ComponentRule = ({ config }, path, { report }) => {
  const name = own(config, 'name');
  if (typeof name === 'string') checkVariableName('name', name, [...path, 'name'], report);
};

/** Names that expressions read behind `context`. */
export function checkVariableName(field: string, name: string, path: JsonPath, report: Report): void {
  if (VARIABLE.test(name)) return;
  const message = `${quote(field)} must be letters, digits and \`_\`, beginning with a letter; found ${quoteValue(name)}`;
  const guess = name.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^[^A-Za-z]+|_+$/g, '');
  report.add({ code: 'INVALID_NAME', path, message, hint: guess ? `Write \`"${guess}"\`` : undefined });
}
