import { isObject, type Json, type JsonObject, type JsonPath, own } from '../json.ts';
import type { Limits } from '../limits.ts';
import { quote } from '../quote.ts';
import type { SourceFile } from '../source/file.ts';
import { PIPELINE } from './definition.ts';
import { findMisfits } from './fit.ts';
import { KINDS } from './kinds.ts';
import type { Report } from './report.ts';

/** A value that is not yet looked at, and how it was reached. */
interface Step {
  readonly value: object;
  readonly key: string | number;
  readonly depth: number;
  readonly before: Step | undefined;
}

/**
 * Whether the document is JSON that the rest of the compiler can walk: nothing too deep, no key that changes a
 * prototype; and no leftover of a merge. False when it cannot go on.
 */
export function checkValue(source: SourceFile, limits: Limits, report: Report): boolean {
  const { value } = source;
  if (value === undefined) return false;
  if (!isContainer(value)) return isScalar(value) || notJson([], value, report);
  // By hand, because a definition that did not come from a file may be deeper than the stack.
  const rest: Step[] = [{ value, key: '', depth: 1, before: undefined }];
  for (let step = rest.pop(); step; step = rest.pop()) {
    if (step.depth > limits.nesting) return tooDeep(step, limits, report);
    const list = Array.isArray(step.value);
    if (!list && Object.hasOwn(step.value, '$conflict')) reportConflict(pathOf(step), report);
    for (const [key, member] of Object.entries(step.value)) {
      if (key === '__proto__') return reportProto([...pathOf(step), key], report);
      const place = list ? Number(key) : key;
      if (isContainer(member)) rest.push({ value: member, key: place, depth: step.depth + 1, before: step });
      else if (!isScalar(member)) return notJson([...pathOf(step), place], member, report);
    }
  }
  return true;
}

function pathOf(step: Step): JsonPath {
  const path: (string | number)[] = [];
  for (let at = step; at.before; at = at.before) path.unshift(at.key);
  return path;
}

function tooDeep(step: Step, limits: Limits, report: Report): false {
  const message = `Expected at most ${limits.nesting} levels of nesting, found one more here`;
  report.add({ code: 'NESTING_TOO_DEEP', path: pathOf(step), message });
  return false;
}

function notJson(path: JsonPath, value: unknown, report: Report): false {
  report.add({ code: 'WRONG_TYPE', path, message: `Expected JSON, found a ${typeof value}` });
  return false;
}

function isContainer(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value);
}

function reportProto(path: JsonPath, report: Report): false {
  const message = 'The key `__proto__` is refused: programs take it for something else';
  report.add({ code: 'FORBIDDEN_KEY', path, part: 'key', message, hint: 'Rename the key' });
  return false;
}

function reportConflict(path: JsonPath, report: Report): void {
  report.add({
    code: 'MERGE_CONFLICT',
    path: [...path, '$conflict'],
    part: 'key',
    message: 'A conflict of `fm pull --merge` is not resolved here',
    hint: 'Replace the object that holds `$conflict` by the value of `ours`, of `theirs`, or by a third one',
  });
}

/** Checks the fixed part of a pipeline file; the definition, or undefined when there is nothing to go on with. */
export function checkDefinition(source: SourceFile, limits: Limits, report: Report): JsonObject | undefined {
  // `checkValue` has seen to it that it is JSON.
  const value = source.value as Json;
  if (!isObject(value)) {
    const message = 'A pipeline must be an object with `name` and `stages`';
    report.add({ code: 'WRONG_TYPE', path: [], message, hint: 'Begin with `{ "name": "…", "stages": [ … ] }`' });
    return undefined;
  }
  const stages = own(value, 'stages');
  if (Array.isArray(stages) && stages.length > limits.stages) {
    report.add({
      code: 'TOO_MANY_STAGES',
      path: ['stages'],
      part: 'key',
      message: `Expected at most ${limits.stages} stages, found ${stages.length}`,
      hint: 'Move parts into pipelines of their own (component `subpipeline`), or repeat one stage with `foreach`',
    });
    return undefined;
  }
  for (const misfit of findMisfits(PIPELINE, value, { title: 'a pipeline', kinds: KINDS, describe: partName }))
    report.add(misfit);
  checkFileName(source, value, report);
  return value;
}

/** How messages call a part of the file. */
function partName(path: JsonPath): string | undefined {
  const [list, , ...rest] = path;
  if (path.length < 2 || rest.length > 0) return undefined;
  if (list === 'stages') return 'a stage';
  return list === 'triggers' ? 'a trigger' : undefined;
}

const FILE = /([^/\\]+)\.pipeline\.json$/;

function checkFileName(source: SourceFile, definition: JsonObject, report: Report): void {
  const name = own(definition, 'name');
  const expected = FILE.exec(source.file ?? '')?.[1];
  if (typeof name !== 'string' || expected === undefined || name === expected) return;
  report.add({
    code: 'NAME_MISMATCH',
    path: ['name'],
    message: `\`name\` must equal the file's name, ${quote(expected)}; found ${quote(name)}`,
    hint: `Write \`"name": "${expected}"\`, or rename the file to ${quote(`${name}.pipeline.json`)}`,
  });
}
