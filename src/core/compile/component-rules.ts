import { parseDuration } from '../duration.ts';
import { type JsonPath, own } from '../json.ts';
import { quote, quoteValue } from '../quote.ts';
import { KINDS } from './kinds.ts';
import type { StageNode } from './model.ts';
import { CONTEXT_FIELDS, variableName } from './names.ts';
import type { Report } from './report.ts';
import { defaultSource, needsDefaultSource } from './source-default.ts';
import { wildness } from './strings.ts';

type Rule = (node: StageNode, path: JsonPath, report: Report) => void;

/** What PIPELINES.md 5 says of single components and no config schema can say. `path` leads to the config. */
export const COMPONENT_RULES: Readonly<Record<string, Rule>> = {
  delay: checkDelay,
  foreach: checkLoopVariables,
  'json-transform': checkData,
  'variable-set': checkVariable,
};

/** Exactly one of `duration` and `at`; what is constant of them must be readable. */
function checkDelay({ config }: StageNode, path: JsonPath, report: Report): void {
  const duration = own(config, 'duration');
  const at = own(config, 'at');
  if (duration !== undefined && at !== undefined) {
    const message = '`duration` and `at` exclude each other';
    report.add({ code: 'INVALID_VALUE', path: [...path, 'at'], part: 'key', message, hint: 'Remove one of the two' });
  } else if (duration === undefined && at === undefined) {
    const message = '`duration` or `at` is missing in the config of `delay`';
    report.add({ code: 'REQUIRED_FIELD', path, message, hint: 'Add `"duration": "5s"`' });
  }
  const constant = (typeof duration === 'string' && wildness(duration) === 'constant') || typeof duration === 'number';
  if (constant && parseDuration(duration) === undefined) {
    const complaint = KINDS.duration?.(duration);
    const message = `\`duration\` ${complaint?.message}`;
    report.add({ code: 'INVALID_DURATION', path: [...path, 'duration'], message, hint: complaint?.hint });
  }
  if (typeof at === 'string' && wildness(at) === 'constant' && !isTimestamp(at)) {
    const message = `\`at\` must be a timestamp (RFC 3339), found ${quoteValue(at)}`;
    report.add({ code: 'INVALID_VALUE', path: [...path, 'at'], message, hint: 'Write e.g. `"2030-01-31T06:00:00Z"`' });
  }
}

function isTimestamp(text: string): boolean {
  return (
    /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
  );
}

/** json-transform takes the output of the only stage in `depends_on` when it is given an expression and no data. */
function checkData(node: StageNode, path: JsonPath, report: Report): void {
  if (!needsDefaultSource(node) || defaultSource(node) !== undefined) return;
  const list = own(node.raw, 'depends_on');
  const count = Array.isArray(list) ? list.length : 0;
  report.add({
    code: 'REQUIRED_FIELD',
    path,
    message: `\`data\` is missing in ${quote(node.id)}: without it the output of the only id in \`depends_on\` is taken, and there are ${count}`,
    hint: 'Add `"data": "{{ stages.<id>.output }}"`',
  });
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** A variable is read as `context.vars.<name>`. */
function checkVariable({ config }: StageNode, path: JsonPath, report: Report): void {
  const name = own(config, 'name');
  if (typeof name === 'string' && !VARIABLE.test(name)) notAName('name', name, [...path, 'name'], report);
}

function notAName(field: string, name: string, path: JsonPath, report: Report): void {
  const message = `${quote(field)} must be letters, digits and \`_\`, beginning with a letter; found ${quoteValue(name)}`;
  const guess = name.replaceAll(/[^A-Za-z0-9_]+/g, '_').replace(/^[^A-Za-z]+|_+$/g, '');
  report.add({ code: 'INVALID_NAME', path, message, hint: guess ? `Write \`"${guess}"\`` : undefined });
}

/** Loop variables are read as `context.<name>`, so they need names that an expression can write and nothing else has. */
function checkLoopVariables(node: StageNode, path: JsonPath, report: Report): void {
  for (const field of ['item_variable', 'index_variable']) {
    const name = own(node.config, field);
    if (typeof name !== 'string') continue;
    if (CONTEXT_FIELDS.includes(name) || name === 'total' || name === 'error') {
      const message = `${quote(field)} must not be ${quote(name)}, which \`context\` already has`;
      const hint = `Write ${quote(`${name}_value`)}, for example`;
      report.add({ code: 'RESERVED_NAME', path: [...path, field], message, hint });
    } else if (!VARIABLE.test(name)) {
      notAName(field, name, [...path, field], report);
    }
  }
  if (variableName(node, 'item_variable', 'item') !== variableName(node, 'index_variable', 'index')) return;
  const field = Object.hasOwn(node.config, 'index_variable') ? 'index_variable' : 'item_variable';
  const message = 'Item and index cannot have the same name';
  report.add({ code: 'RESERVED_NAME', path: [...path, field], message, hint: `Rename ${quote(field)}` });
}
