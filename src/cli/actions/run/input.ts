import { readFileSync } from 'node:fs';
import { fail } from '../../../core/errors.ts';
import { isObject, type Json, type JsonObject } from '../../../core/json.ts';
import { DEFAULT_LIMITS } from '../../../core/limits.ts';
import { parseSource } from '../../../core/source/parse.ts';

export interface InputFlags {
  /** JSON, or `-` for stdin. */
  readonly input?: string | undefined;
  /** A file, or `-` for stdin. */
  readonly 'input-file'?: string | undefined;
  /** `a.b=1`, each on top of what is there. */
  readonly set?: readonly string[] | undefined;
}

/**
 * The run's input from its flags: `--input` or `--input-file`, then every `--set`. Throws FlowMasonError `USAGE`,
 * `NOT_FOUND`, `INVALID_FILE` with positions.
 */
export function readInput(flags: InputFlags, stdin: () => string): Json {
  const { input, 'input-file': file, set = [] } = flags;
  if (input !== undefined && file !== undefined) {
    fail('USAGE', 'give the input once: with --input or with --input-file', {
      hint: 'fm run FILE --input-file input.json',
    });
  }
  let value: Json = {};
  if (input === '-' || file === '-') value = parse(stdin(), '<stdin>');
  else if (input !== undefined) value = parse(input, '--input');
  else if (file !== undefined) value = parse(readText(file), file);
  for (const assignment of set) value = assign(value, assignment);
  return value;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return fail('NOT_FOUND', `there is no file ${file}`, { hint: 'fm run FILE --input-file input.json' });
  }
}

/** Strict JSON; problems carry line and column of the text. */
export function parse(text: string, name: string): Json {
  if (text.trim() === '') fail('USAGE', `${name} is empty; JSON was expected`, { hint: `--input '{"name": "value"}'` });
  const limits = { ...DEFAULT_LIMITS, file_bytes: DEFAULT_LIMITS.input_bytes, nesting: 256 };
  const source = parseSource(text, { file: name, limits });
  const problems = source.problems.filter((problem) => problem.severity === 'error');
  if (problems.length > 0) {
    fail('INVALID_FILE', `the input in ${name} is not valid JSON`, {
      problems,
      hint: `quote JSON for the shell: --input '{"name": "value"}'`,
    });
  }
  return source.value ?? null;
}

/** `a.b=1`: the value is JSON where it parses as such, else text. */
function assign(base: Json, assignment: string): Json {
  const at = assignment.indexOf('=');
  const keys = assignment.slice(0, at).split('.');
  if (at < 1 || keys.some((key) => key === '' || key === '__proto__')) {
    fail('USAGE', `--set takes KEY=VALUE, found "${assignment}"`, { hint: '--set user.name=Ada --set limit=3' });
  }
  const text = assignment.slice(at + 1);
  if (!isObject(base)) fail('USAGE', '--set needs an input that is an object', { hint: "--input '{}' --set limit=3" });
  const root: JsonObject = structuredClone(base as JsonObject);
  let object = root;
  for (const key of keys.slice(0, -1)) {
    const next = Object.hasOwn(object, key) ? object[key] : undefined;
    const child: JsonObject = isObject(next) ? (next as JsonObject) : {};
    object[key] = child;
    object = child;
  }
  object[keys.at(-1) as string] = valueOfText(text);
  return root;
}

function valueOfText(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return text;
  }
}
