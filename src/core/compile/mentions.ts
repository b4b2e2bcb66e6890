import { isObject, type Json, type JsonPath } from '../json.ts';

/** What an expression names: a stage, a variable that a stage sets, a field of the context. */
export type MentionKind = 'stages' | 'vars' | 'context';

/** What may stand right before the name. */
const BEFORE: Readonly<Record<MentionKind, RegExp>> = {
  stages: /\bstages\s*(?:\.\s*\??\s*|\[\s*\??\s*["'])$/,
  vars: /\bcontext\s*\.\s*vars\s*(?:\.\s*\??\s*|\[\s*\??\s*["'])$/,
  context: /\bcontext\s*(?:\.\s*\??\s*|\[\s*\??\s*["'])$/,
};
const WORD = /[A-Za-z0-9_]/;

/**
 * Where a value names something, for the position of a problem: compiled expressions know what they name, not where.
 * The value's own path when it is not found as text.
 */
export function findMention(
  kind: MentionKind,
  name: string,
  value: Json | undefined,
  path: JsonPath,
): { path: JsonPath; range?: readonly [number, number] } {
  return search(kind, name, value, path) ?? { path };
}

function search(
  kind: MentionKind,
  name: string,
  value: Json | undefined,
  path: JsonPath,
): { path: JsonPath; range: readonly [number, number] } | undefined {
  if (typeof value === 'string') {
    const range = searchText(kind, name, value);
    return range && { path, range };
  }
  if (Array.isArray(value)) {
    for (const [i, item] of value.entries()) {
      const found = search(kind, name, item, [...path, i]);
      if (found) return found;
    }
  } else if (isObject(value)) {
    for (const [key, item] of Object.entries(value)) {
      const found = search(kind, name, item, [...path, key]);
      if (found) return found;
    }
  }
  return undefined;
}

function searchText(kind: MentionKind, name: string, text: string): readonly [number, number] | undefined {
  for (let start = text.indexOf(name); start !== -1; start = text.indexOf(name, start + 1)) {
    const end = start + name.length;
    if (WORD.test(text.charAt(end))) continue;
    if (BEFORE[kind].test(text.slice(Math.max(0, start - 40), start))) return [start, end];
  }
  return undefined;
}
