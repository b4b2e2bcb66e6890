import { resolve } from 'node:path';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import type { Json } from '../../../core/json.ts';
import { DEFAULT_LIMITS, type Limits } from '../../../core/limits.ts';
import type { Problem } from '../../../core/problem.ts';
import { setAt } from '../../../core/set-at.ts';
import { checkSize } from '../../../core/source/admit.ts';
import { decodeUtf8 } from '../../../core/source/decode.ts';
import { parseSource } from '../../../core/source/parse.ts';
import { type ReadText, readText } from '../../project/read-text.ts';
import { readStdin, STDIN } from './stdin.ts';
import { withText } from './with-text.ts';

export interface InputFlags {
  /** JSON, or `-` for stdin. */
  readonly input?: string | undefined;
  /** A file, or `-` for stdin. */
  readonly 'input-file'?: string | undefined;
  /** `a.b=1`, each on top of what is there. */
  readonly set?: readonly string[] | undefined;
}

/** Data may nest deeper than a pipeline file. */
const LIMITS: Limits = { ...DEFAULT_LIMITS, file_bytes: DEFAULT_LIMITS.input_bytes, nesting: 256 };

/**
 * The run's input from its flags: `--input` or `--input-file` instead of `base`, then every `--set`. Throws FlowMasonError `USAGE`,
 * `NOT_FOUND`, `FILE_SYSTEM`, `INVALID_FILE` with positions.
 */
export function readInput(flags: InputFlags, base: Json = {}): Json {
  const { input, 'input-file': file, set = [] } = flags;
  if (input !== undefined && file !== undefined) {
    fail('USAGE', 'The input is given twice, with --input and with --input-file', {
      hint: 'fm run FILE --input-file input.json',
    });
  }
  let value: Json = base;
  if (input === '-' || file === '-') value = stdinJson();
  else if (input !== undefined) value = flagJson(input, '--input');
  else if (file !== undefined) value = documentJson(readText(resolve(file), file, LIMITS), file);
  for (const assignment of set) value = assign(value, assignment);
  return value;
}

/** What stdin holds. Throws FlowMasonError `INVALID_FILE`. */
export function stdinJson(): Json {
  const bytes = readStdin(LIMITS.file_bytes);
  const tooLarge = checkSize(bytes.length, LIMITS, STDIN);
  return documentJson(tooLarge ? { problem: tooLarge } : decodeUtf8(bytes, STDIN), STDIN);
}

/** The JSON in a flag. Throws FlowMasonError `USAGE` with the place. */
export function flagJson(text: string, flag: string): Json {
  const { value, problems } = parsed(text, flag);
  if (problems.length === 0 && value !== undefined) return value;
  const hint = `in single quotes, so that the shell leaves it alone: ${flag} '{"name": "Ada"}'`;
  throw withText(new FlowMasonError('USAGE', `${flag} is not JSON that can be used`, { problems, hint }), flag, text);
}

function documentJson(read: ReadText, name: string): Json {
  const { value, problems } = read.problem
    ? { value: undefined, problems: [sized(read.problem)] }
    : parsed(read.text, name);
  if (problems.length === 0 && value !== undefined) return value;
  const error = new FlowMasonError('INVALID_FILE', `${name} is not JSON that can be used`, { problems });
  throw withText(error, name, read.text ?? '');
}

function parsed(text: string, name: string): { value: Json | undefined; problems: readonly Problem[] } {
  const { value, problems } = parseSource(text, { file: name, limits: LIMITS });
  const errors = problems.filter((problem) => problem.severity === 'error');
  return { value, problems: errors.map(sized) };
}

/** The table's advice for large files is about pipelines. */
function sized(problem: Problem): Problem {
  if (problem.code !== 'FILE_TOO_LARGE') return problem;
  return { ...problem, hint: 'Put the data where a stage can fetch it, and pass its address' };
}

/** Values of `--set` by place. Throws FlowMasonError `USAGE`. */
export function setPlaces(set: readonly string[]): Record<string, Json> {
  return Object.fromEntries(
    set.map((assignment) => {
      const { keys, value } = parseAssignment(assignment);
      return [keys.join('.'), value];
    }),
  );
}

function assign(base: Json, assignment: string): Json {
  const { keys, value } = parseAssignment(assignment);
  return setAt(base, keys, value, {
    what: `--set ${keys.join('.')}`,
    hint: "fm run FILE --input '{…}' with the whole value",
  });
}

/** `a.b=1`: the value is JSON where it parses as such, else text. */
function parseAssignment(assignment: string): { readonly keys: string[]; readonly value: Json } {
  const at = assignment.indexOf('=');
  const keys = assignment.slice(0, at).split('.');
  if (at < 1 || keys.some((key) => key === '' || key === '__proto__')) {
    fail('USAGE', `--set takes KEY=VALUE, found "${assignment}"`, {
      hint: 'fm run FILE --set user.name=Ada --set limit=3',
    });
  }
  return { keys, value: setValue(assignment.slice(at + 1), assignment) };
}

/** JSON where it parses as such, else text. JSON that would lose something is neither. */
function setValue(text: string, assignment: string): Json {
  const { value, problems } = parsed(text, '--set');
  if (problems.length === 0 && value !== undefined) return value;
  if (!isJson(text)) return text;
  return fail('USAGE', `--set ${assignment}: ${problems[0]?.message}`, {
    hint: problems[0]?.hint ?? 'fm run FILE --input-file input.json',
  });
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
