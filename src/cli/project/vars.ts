import { resolve } from 'node:path';
import { FlowMasonError, fail } from '../../core/errors.ts';
import { isObject, type Json, type JsonObject } from '../../core/json.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import { parseSource } from '../../core/source/parse.ts';
import { readText } from './read-text.ts';

const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * What `--vars` gives, later ones winning: `NAME=VALUE` (JSON when it parses, else text), a JSON object, or `@file` with
 * one. `typed` is what stands before them in messages. Throws FlowMasonError `USAGE`, `NOT_FOUND`, `INVALID_FILE`.
 */
export function parseVars(flags: readonly string[], cwd: string, typed = '--vars'): Record<string, Json> {
  const vars = new Map<string, Json>();
  for (const flag of flags) for (const [name, value] of entriesOf(flag, cwd, typed)) vars.set(name, value);
  for (const name of vars.keys()) if (!NAME.test(name)) badName(name, typed);
  return Object.fromEntries(vars);
}

function entriesOf(flag: string, cwd: string, typed: string): [string, Json][] {
  if (flag.startsWith('@')) return Object.entries(objectIn(flag.slice(1), cwd));
  if (flag.trimStart().startsWith('{')) return Object.entries(objectOf(flag, typed, 'USAGE'));
  const at = flag.indexOf('=');
  if (at > 0) return [[flag.slice(0, at), jsonOrText(flag.slice(at + 1))]];
  fail('USAGE', `${typed} is NAME=VALUE, a JSON object or @file, found "${flag}"`, {
    hint: `${typed} region=eu, or ${typed} '{"region": "eu"}', or ${typed} @vars.json`,
  });
}

function objectIn(name: string, cwd: string): JsonObject {
  const read = readText(resolve(cwd, name), name, { file_bytes: DEFAULT_LIMITS.input_bytes });
  if (read.problem) throw new FlowMasonError('INVALID_FILE', `${name} cannot be read`, { problems: [read.problem] });
  return objectOf(read.text, name, 'INVALID_FILE');
}

function objectOf(text: string, file: string, code: 'USAGE' | 'INVALID_FILE'): JsonObject {
  const limits = { ...DEFAULT_LIMITS, file_bytes: DEFAULT_LIMITS.input_bytes };
  const { value, problems } = parseSource(text, { file, lenient: true, limits });
  if (problems.length > 0) {
    const [first] = problems;
    const message = code === 'USAGE' ? `${file} is not JSON: ${first?.message}` : `${file} is not JSON`;
    throw new FlowMasonError(code, message, code === 'USAGE' ? { hint: first?.hint } : { problems });
  }
  if (!isObject(value)) fail(code, `${file} must hold a JSON object with a member per variable`);
  return value;
}

/** `3`, `true`, `[1]` and `"3"` are JSON; what does not parse is text. */
function jsonOrText(text: string): Json {
  const { value, problems } = parseSource(text);
  return problems.length > 0 || value === undefined ? text : value;
}

function badName(name: string, typed: string): never {
  fail('USAGE', `"${name}" cannot be the name of a variable: letters, digits and _, not beginning with a digit`, {
    hint: `${typed} region=eu`,
  });
}
