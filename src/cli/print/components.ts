import type { ComponentDescriptor } from '../../core/descriptor.ts';
import { columns, paint } from '../terminal.ts';
import { fieldsText } from './fields.ts';
import { compactJson } from './json.ts';
import { paragraphs, section } from './section.ts';
import { table } from './table.ts';
import { wrap } from './wrap.ts';

const HEADINGS = { operator: 'Operators', control: 'Control', ai: 'AI', custom: 'Your own' } as const;

export function componentsText(components: readonly ComponentDescriptor[]): string {
  const groups = Map.groupBy(components, ({ category }) => category);
  const width = Math.max(0, ...components.map(({ name }) => name.length));
  const sections = [...groups].map(([category, members]) => {
    const rows = members.map(({ name, summary, source }) => [
      `  ${paint('bold', name)}${' '.repeat(width - name.length)}`,
      source === 'built-in' ? summary : `${summary} ${paint('dim', `(${source})`)}`,
    ]);
    return section(HEADINGS[category], table(rows));
  });
  return paragraphs(...sections, paint('dim', 'fm components show NAME documents one.'));
}

/** What `--json` prints of a component in the list. */
export function componentSummary({ name, version, category, source, summary, effects }: ComponentDescriptor): object {
  return { name, version, category, source, summary, effects };
}

export function componentText(component: ComponentDescriptor): string {
  const { name, version, summary, source, category } = component;
  const head = `${paint('bold', name)} ${version}  ${paint('dim', `${category}, ${source}`)}`;
  return paragraphs(
    `${head}\n${wrap(summary, Math.min(columns(), 100))}`,
    section('Config', fieldsText(component.config)),
    section('Output', fieldsText(component.output)),
    section(
      'Rules',
      rules(component)
        .map((rule) => `  ${rule}`)
        .join('\n'),
    ),
    section('Example', exampleText(component)),
  );
}

function rules({ timeout, effects, cacheable, fields, config }: ComponentDescriptor): string[] {
  const list = ['* marks what must be written.'];
  if (timeout !== null) list.push(`An attempt may take ${timeout / 1000} s unless the stage says otherwise.`);
  if (effects) list.push('It touches the world outside: it is recorded before it starts, and mocked in tests.');
  if (cacheable) list.push('Its output can be cached (`cache`).');
  const secret = Object.entries(fields).flatMap(([key, field]) =>
    field.kind === 'template' && field.secret ? [key] : [],
  );
  if (secret.length > 0) list.push(`Secrets may stand in ${secret.join(', ')}.`);
  const bare = Object.entries(fields).flatMap(([key, field]) => (field.kind === 'expression' ? [key] : []));
  if (bare.length > 0) list.push(`${bare.join(', ')}: an expression, without {{ }}.`);
  return typeof config === 'boolean' ? [] : list;
}

/** The stages of the example, with the input that they read; empty for a component that has none. */
function exampleText({ example }: ComponentDescriptor): string {
  const { description, input, stages, result } = example;
  if (stages.length === 0) return '';
  const shown = { ...(input === undefined ? {} : { input }), stages, ...(result === undefined ? {} : { result }) };
  return `  ${description}\n${indent(compactJson(shown))}`;
}

function indent(text: string): string {
  return text.replaceAll(/^/gm, '  ');
}
