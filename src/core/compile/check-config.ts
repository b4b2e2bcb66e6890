import type { ConfigField } from '../descriptor.ts';
import { isObject, type JsonPath, own } from '../json.ts';
import { quote } from '../quote.ts';
import { STAGE_FIELDS } from './definition.ts';
import { findMisfits, type Misfit } from './fit.ts';
import type { StageNode } from './model.ts';
import { defaultSource, needsDefaultSource } from './parts.ts';
import { CONTEXT_FIELDS } from './references.ts';
import type { Report } from './report.ts';
import { variableName } from './scopes.ts';
import { wildness } from './strings.ts';

/** What a config cannot be, whatever its templates resolve to: unknown, missing and wrong members (PIPELINES.md 2). */
export function checkConfig(node: StageNode, report: Report): void {
  const { component } = node;
  if (!component) return;
  const path = [...node.path, 'config'];
  const misfits = findMisfits(component.config, node.config, {
    title: `the config of ${quote(component.name)}`,
    wild: (text, inner) => wildOf(component.fields, text, inner),
  });
  for (const misfit of misfits) {
    if (misfit.path.length === 0 && component.name === 'json-transform' && isDataMisfit(misfit)) continue;
    const hint = misfit.code === 'UNKNOWN_FIELD' && misfit.path.length === 1 ? stageFieldHint(misfit) : undefined;
    report.add({ ...misfit, hint: hint ?? misfit.hint, path: [...path, ...misfit.path] });
  }
  if (needsDefaultSource(node) && defaultSource(node) === undefined) missingData(node, path, report);
  if (component.name === 'foreach') checkLoopVariables(node, path, report);
}

function wildOf(
  fields: Readonly<Record<string, ConfigField>>,
  text: string,
  path: JsonPath,
): 'constant' | 'text' | 'any' {
  const [key] = path;
  const field = typeof key === 'string' && Object.hasOwn(fields, key) ? fields[key] : undefined;
  if (field?.kind === 'constant' || field?.kind === 'stages') return 'constant';
  return field?.kind === 'expression' ? 'any' : wildness(text);
}

/** `timeout`, `retry` and the like stand beside `config`, not in it. */
function stageFieldHint({ path }: Misfit): string | undefined {
  const key = String(path[0]);
  return STAGE_FIELDS.has(key) ? `Move it beside \`config\`: ${quote(key)} is a field of the stage` : undefined;
}

/** Whether `data` may be left out is decided below. */
function isDataMisfit(misfit: Misfit): boolean {
  return misfit.code === 'REQUIRED_FIELD' && misfit.message.startsWith('`data`');
}

function missingData(node: StageNode, path: JsonPath, report: Report): void {
  const list = own(node.raw, 'depends_on');
  const count = Array.isArray(list) ? list.length : 0;
  report.add({
    code: 'REQUIRED_FIELD',
    path,
    message: `\`data\` is missing in ${quote(node.id)}: it is taken from the only id in \`depends_on\`, and there ${count === 1 ? 'is 1' : `are ${count}`}`,
    hint: 'Add `"data": "{{ stages.<id>.output }}"`',
  });
}

const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]*$/;

/** Loop variables are read as `context.<name>`, so they need names that an expression can write and nothing else has. */
function checkLoopVariables(node: StageNode, path: JsonPath, report: Report): void {
  for (const field of ['item_variable', 'index_variable']) {
    const name = own(node.config, field);
    if (typeof name !== 'string') continue;
    const taken = CONTEXT_FIELDS.includes(name) || name === 'total' || name === 'error';
    if (taken) {
      const message = `${quote(field)} must not be ${quote(name)}, which \`context\` already has`;
      report.add({
        code: 'RESERVED_NAME',
        path: [...path, field],
        message,
        hint: `Write ${quote(`${name}_value`)}, for example`,
      });
    } else if (!VARIABLE.test(name)) {
      const message = `${quote(field)} must be letters, digits and \`_\`, beginning with a letter; found "${name}"`;
      report.add({ code: 'INVALID_NAME', path: [...path, field], message });
    }
  }
  if (variableName(node, 'item_variable', 'item') !== variableName(node, 'index_variable', 'index')) return;
  const field = Object.hasOwn(node.config, 'index_variable') ? 'index_variable' : 'item_variable';
  const message = 'Item and index cannot have the same name';
  report.add({ code: 'RESERVED_NAME', path: [...path, field], message, hint: `Rename ${quote(field)}` });
}

/** The members of a config that are whole JSON Schemas. */
export function schemaFields(node: StageNode): string[] {
  return Object.entries(node.component?.fields ?? {})
    .filter(([key, field]) => key === 'schema' && field.kind === 'constant' && isObject(own(node.config, key)))
    .map(([key]) => key);
}
