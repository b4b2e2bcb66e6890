import type { Report } from '../../core/compile/report.ts';
import { compileExpression } from '../../core/expression/compile.ts';
import type { Expression } from '../../core/expression/types.ts';
import type { Json, JsonObject, JsonPath } from '../../core/json.ts';
import { compilePattern, type Pattern } from '../../core/schema/pattern.ts';
import { nearest } from '../../core/suggest.ts';
import type { Assertion, Check, Target } from '../assert/assertion.ts';
import { parseTarget } from '../assert/target.ts';
import { positionOf } from './position.ts';
import { type Plans, resolveReference, stagesOf } from './reference.ts';

const LOCALS = ['value', 'output', 'error', 'logs', 'usage'];

/** The assertions of one level; what cannot be is reported. */
export function readAssertions(value: Json | undefined, path: JsonPath, plans: Plans, report: Report): Assertion[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item, i) => readAssertion(item as JsonObject, [...path, i], plans, report) ?? []);
}

function readAssertion(fields: JsonObject, path: JsonPath, plans: Plans, report: Report): Assertion | undefined {
  const { path: text, ...rest } = fields;
  const names = Object.keys(rest);
  if (names.length === 0) {
    const message = 'The assertion checks nothing';
    report.add({ code: 'REQUIRED_FIELD', path, message, hint: 'Add a check, e.g. `"exists": true` or `"equals": 3`' });
    return undefined;
  }
  if (text === undefined && names.some((name) => name !== 'expression')) {
    const message = '`path` is missing in an assertion: only an `expression` can do without';
    report.add({ code: 'REQUIRED_FIELD', path, message, hint: 'Add `"path": "output"`' });
    return undefined;
  }
  const target = text === undefined ? undefined : readTarget(String(text), [...path, 'path'], plans, report);
  const checks = names.map((name) => readCheck(name, rest[name] ?? null, [...path, name], plans, report));
  if (text !== undefined && !target) return undefined;
  return { path: String(text ?? ''), target, checks, position: positionOf(report.source, path) };
}

/** Where a path leads; a path that leads nowhere is reported. */
export function readTarget(text: string, path: JsonPath, plans: Plans, report: Report): Target | undefined {
  const target = parseTarget(text, plans);
  if ('root' in target) return target;
  report.add({ code: 'INVALID_PATH', path, ...target });
  return undefined;
}

function readCheck(name: string, expected: Json, path: JsonPath, plans: Plans, report: Report): Check {
  const position = positionOf(report.source, path);
  if (name === 'matches') return { name, expected, position, pattern: readPattern(String(expected), path, report) };
  if (name !== 'expression') return { name, expected, position };
  return { name, expected, position, expression: readExpression(String(expected), path, plans, report) };
}

function readPattern(source: string, path: JsonPath, report: Report): Pattern | undefined {
  const pattern = compilePattern(source);
  if (!('problem' in pattern)) return pattern;
  const message = `The regular expression cannot be used: ${pattern.problem}`;
  report.add({ code: 'INVALID_VALUE', path, message, hint: 'The syntax is RE2: no lookaround, no backreferences' });
  return undefined;
}

function readExpression(source: string, path: JsonPath, plans: Plans, report: Report): Expression | undefined {
  const compiled = compileExpression(source, { locals: LOCALS, without: ['context', 'secrets'] });
  if (!compiled.ok) {
    for (const { code, message, hint, start, end } of compiled.problems) {
      report.add({ code, message, hint, path, range: [start, end] });
    }
    return undefined;
  }
  const known = [...stagesOf(plans.main.main)].map(({ id }) => id);
  for (const id of compiled.value.references.stages.keys()) {
    if (resolveReference(plans, id)) continue;
    const near = nearest(id, known);
    const at = source.indexOf(id);
    const message = `There is no stage \`${id}\` in ${plans.main.name}`;
    const hint = near === undefined ? undefined : `Did you mean \`${near}\`?`;
    report.add({ code: 'UNKNOWN_STAGE', message, hint, path, range: [at, at + id.length] });
  }
  return compiled.value;
}
