import type { ConfigField } from '../descriptor.ts';
import { isObject, type JsonPath, own } from '../json.ts';
import { quote } from '../quote.ts';
import type { RuleContext } from './component-rules/rule.ts';
import { COMPONENT_RULES } from './component-rules/table.ts';
import { STAGE_FIELDS } from './definition.ts';
import { findMisfits, type Misfit } from './fit.ts';
import { listFields } from './lists.ts';
import type { StageNode } from './model.ts';
import type { Report } from './report.ts';
import { wildness } from './strings.ts';

/** What a config cannot be, whatever its templates resolve to: unknown, missing and wrong members (PIPELINES.md 2). */
export function checkConfig(node: StageNode, context: RuleContext): void {
  const { component, raw } = node;
  const { report } = context;
  // Neither a component that does not exist nor a config that is no object can be checked any further.
  if (!component || (Object.hasOwn(raw, 'config') && !isObject(raw.config))) return;
  const path = [...node.path, 'config'];
  const misfits = findMisfits(component.config, node.config, {
    title: `the config of ${quote(component.name)}`,
    wild: (text, inner) => wildOf(component.fields, text, inner),
  });
  for (const misfit of misfits) {
    const hint = misfit.code === 'UNKNOWN_FIELD' && misfit.path.length === 1 ? stageFieldHint(misfit) : undefined;
    report.add({ ...misfit, hint: hint ?? misfit.hint, path: [...path, ...misfit.path] });
  }
  checkOwnedLists(node, path, report);
  if (Object.hasOwn(COMPONENT_RULES, component.name)) COMPONENT_RULES[component.name]?.(node, path, context);
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

/** A list of stages that a control stage cannot do without needs a stage. */
function checkOwnedLists(node: StageNode, path: JsonPath, report: Report): void {
  const schema = node.component?.config;
  const required = isObject(schema) ? own(schema, 'required') : undefined;
  if (!Array.isArray(required)) return;
  for (const [field] of listFields(node.component)) {
    const list = own(node.config, field);
    if (!required.includes(field) || !Array.isArray(list) || list.length > 0) continue;
    const message = `${quote(field)} must list a stage or more`;
    report.add({ code: 'INVALID_VALUE', path: [...path, field], message, hint: 'Write `["<id>"]`' });
  }
}

/** The members of a config that are whole JSON Schemas. */
export function schemaFields(node: StageNode): string[] {
  return Object.entries(node.component?.fields ?? {})
    .filter(([key, field]) => key === 'schema' && field.kind === 'constant' && isObject(own(node.config, key)))
    .map(([key]) => key);
}
