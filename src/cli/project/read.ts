import { join } from 'node:path';
import { findMisfits } from '../../core/compile/fit.ts';
import { environmentName } from '../../core/environment-name.ts';
import { FlowMasonError } from '../../core/errors.ts';
import { isObject, type Json, type JsonObject, type JsonPath } from '../../core/json.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import type { Place, SourceFile } from '../../core/source/file.ts';
import { parseSource } from '../../core/source/parse.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';
import type { Thresholds } from '../../testing/coverage/thresholds.ts';
import { checkEnvironments } from './environments.ts';
import { PROJECT_FILE } from './find.ts';
import { brokenReference, hasReference, variablesIn } from './interpolate.ts';
import { readText } from './read-text.ts';
import { PROJECT_KINDS, PROJECT_SCHEMA } from './schema.ts';

/** One of `environments`. Hints for plans (`protected`, …) are for later commands. */
export interface EnvironmentFile {
  readonly url?: string;
  readonly api_key?: string;
  readonly database?: string;
  readonly vars?: Readonly<Record<string, Json>>;
  readonly promotes_from?: string;
  readonly protected?: boolean;
  readonly immutable_versions?: boolean;
  readonly requires?: readonly string[];
}

/** `flowmason.json`, checked; `${NAME}` is not resolved yet. Read settings through `Settings`, not from here. */
export interface ProjectFile {
  readonly name: string;
  readonly version: string;
  readonly description?: string;
  /** By canonical name: `production`, never `prod`. */
  readonly environments: Readonly<Record<string, EnvironmentFile>>;
  readonly secrets: { readonly backend?: string; readonly aws_region?: string; readonly vault_addr?: string };
  readonly ai: { readonly model?: string };
  readonly testing: { readonly coverage?: Thresholds };
  readonly runs: { readonly keep?: number | string };
  readonly limits: Readonly<Record<string, number>>;
  readonly plugins: readonly string[];
}

export interface Project {
  /** The folder of `flowmason.json`: a real path. */
  readonly root: string;
  /** The path of `flowmason.json`. */
  readonly file: string;
  /** `flowmason.json` as messages name it: relative to the current folder when it lies inside. */
  readonly shown: string;
  /** `<root>/.flowmason`: runs, cache. */
  readonly home: string;
  readonly config: ProjectFile;
  /** Every variable that `environments` names as `${NAME}`: no secret may read them. */
  readonly namedVariables: ReadonlySet<string>;
  /** Where the value at a path of `config` stands in the file. */
  locate(path: JsonPath): Place | undefined;
}

/** Reads and checks `<root>/flowmason.json`. Throws FlowMasonError `INVALID_FILE` with every problem. */
export function readProject(root: string, cwd: string = root): Project {
  const file = join(root, PROJECT_FILE);
  const shown = shownPath(cwd, file);
  const read = readText(file, shown, DEFAULT_LIMITS);
  if (read.problem) return invalid(shown, [read.problem]);
  const source = parseSource(read.text, { file: shown, lenient: true });
  const problems = [...source.problems, ...(source.value === undefined ? [] : checkFile(source, source.value))];
  if (problems.length > 0 || !isObject(source.value)) return invalid(shown, problems);

  // Keys of `environments` as they are written, by canonical name, so that places can be found.
  const written = new Map<string, string>();
  const value: JsonObject = source.value;
  const environments = (value.environments ?? {}) as JsonObject; // the schema says that it is an object
  for (const name of Object.keys(environments)) written.set(environmentName(name), name);
  return {
    root,
    file,
    shown,
    home: join(root, '.flowmason'),
    config: withDefaults(value, written),
    namedVariables: new Set(strings(environments).flatMap(({ text }) => variablesIn(text))),
    locate: ([first, second, ...rest]) =>
      first === 'environments' && second !== undefined
        ? source.locate([first, written.get(String(second)) ?? second, ...rest])
        : source.locate([first, second, ...rest].filter((step) => step !== undefined)),
  };
}

function withDefaults(value: JsonObject, written: ReadonlyMap<string, string>): ProjectFile {
  const all = (value.environments ?? {}) as JsonObject; // checked against the schema, as all of the file
  const environments = Object.fromEntries([...written].map(([name, key]) => [name, all[key] ?? {}]));
  const defaults = { version: '0.1.0', secrets: {}, ai: {}, testing: {}, runs: {}, limits: {}, plugins: [] };
  const { $schema: _ignored, ...rest } = value;
  // The schema describes exactly this type.
  return { ...defaults, ...rest, environments } as unknown as ProjectFile;
}

function invalid(shown: string, problems: readonly Problem[]): never {
  const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
  throw new FlowMasonError('INVALID_FILE', `${shown} has ${count}`, { problems });
}

function checkFile(source: SourceFile, value: Json): Problem[] {
  const misfits = findMisfits(PROJECT_SCHEMA, value, {
    title: `\`${PROJECT_FILE}\``,
    kinds: PROJECT_KINDS,
    wild: (text) => (hasReference(text) ? 'text' : 'constant'),
  });
  const found = misfits.map(({ code, path, part, message, hint }): Problem => {
    const { line, column, length } = source.locate(path, part) ?? {};
    return { code, severity: 'error', message, hint, file: source.file, path, line, column, length };
  });
  return [...found, ...checkEnvironments(source, value), ...checkReferences(source, value)];
}

/** `${` that no variable follows. */
function checkReferences(source: SourceFile, value: Json): Problem[] {
  return strings(value).flatMap(({ text, path }) => {
    const start = brokenReference(text);
    if (start === undefined) return [];
    const place = source.locateInString(path, start, text.length);
    const { line, column, length } = place ?? {};
    return {
      code: 'INVALID_VALUE',
      severity: 'error',
      message: 'After `${` the name of an environment variable and `}` are expected',
      hint: 'Write `${NAME}`, `${NAME:-default}`, or `$${` for the two characters themselves',
      file: source.file,
      path,
      line,
      column,
      length,
    };
  });
}

/** Every string of a value with its path. The nesting of the file was checked before it was parsed. */
function strings(value: Json, path: JsonPath = []): { text: string; path: JsonPath }[] {
  if (typeof value === 'string') return [{ text: value, path }];
  if (Array.isArray(value)) return value.flatMap((item, i) => strings(item, [...path, i]));
  if (!isObject(value)) return [];
  return Object.entries(value).flatMap(([key, item]) => strings(item, [...path, key]));
}
