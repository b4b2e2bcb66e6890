import { isObject, type JsonObject, type JsonSchema } from '../../core/json.ts';
import { paint } from '../terminal.ts';
import { table } from './table.ts';

/** The properties of an object's JSON Schema as a table: name, type, and what is said of it. Empty without any. */
export function fieldsText(schema: JsonSchema | undefined, indent = '  '): string {
  const properties = isObject(schema) ? schema.properties : undefined;
  if (!isObject(schema) || !isObject(properties)) return '';
  const required = new Set(Array.isArray(schema.required) ? schema.required : []);
  const rows = Object.entries(properties).map(([name, property]) => {
    const facts = isObject(property) ? property : {};
    const star = required.has(name) ? '*' : ' ';
    const fallback = 'default' in facts ? paint('dim', `default ${short(facts.default)}`) : '';
    const description = typeof facts.description === 'string' ? facts.description : '';
    return [
      `${indent}${paint('bold', name)}${star}`,
      typeText(property),
      [description, fallback].filter(Boolean).join(' '),
    ];
  });
  return table(rows);
}

/** A JSON Schema in a word or two: `string`, `number[]`, `"a" | "b"`. */
export function typeText(schema: unknown): string {
  if (!isObject(schema)) return schema === false ? 'nothing' : 'any';
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(' | ');
  if ('const' in schema) return JSON.stringify(schema.const);
  const options = [schema.anyOf, schema.oneOf].find(Array.isArray);
  if (options) return [...new Set(options.map(typeText))].join(' | ');
  if (schema.type === 'array') return isObject(schema.items) ? `${grouped(typeText(schema.items))}[]` : 'list';
  if (Array.isArray(schema.type)) return schema.type.join(' | ');
  return typeof schema.type === 'string' ? schema.type : 'any';
}

function grouped(type: string): string {
  return type.includes(' ') ? `(${type})` : type;
}

function short(value: unknown): string {
  const text = JSON.stringify(value) ?? '';
  return text.length > 60 ? `${text.slice(0, 59)}…` : text;
}

/** A schema that says nothing is not worth a section. */
export function saysSomething(schema: JsonSchema | undefined): schema is JsonObject {
  return isObject(schema) && Object.keys(schema).length > 0;
}
