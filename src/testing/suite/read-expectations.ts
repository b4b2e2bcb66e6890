import type { Report } from '../../core/compile/report.ts';
import { isObject, type Json, type JsonObject, type JsonPath } from '../../core/json.ts';
import { quote, quoteList } from '../../core/quote.ts';
import type { ErrorType } from '../../core/run.ts';
import { nearest } from '../../core/suggest.ts';
import type { Step } from '../assert/assertion.ts';
import { wildSteps } from '../assert/snapshot.ts';
import { unknownStage } from '../assert/target.ts';
import { positionOf } from './position.ts';
import { readTarget } from './read-assertions.ts';
import { type Plans, resolveReference, type StageReference, stagesOf } from './reference.ts';
import type { ExpectedError, SnapshotWish } from './suite.ts';

/** `expectError`: a type, or what is known of the error. */
export function readExpectedError(value: Json, path: JsonPath, plans: Plans, report: Report): ExpectedError {
  const position = positionOf(report.source, path);
  // The schema allows one of the types, or an object of texts.
  if (!isObject(value)) return { type: value as ErrorType, position };
  const { type, code, message, stage } = value as Record<string, string | undefined>;
  const reference = stage === undefined ? undefined : readStage(stage, [...path, 'stage'], plans, report);
  return { type: type as ErrorType | undefined, code, message, stage: reference, position };
}

function readStage(text: string, path: JsonPath, plans: Plans, report: Report): StageReference | undefined {
  const reference = resolveReference(plans, text);
  if (!reference) report.add({ code: 'UNKNOWN_STAGE', path, ...unknownStage(text, plans) });
  return reference;
}

/** `snapshot`: true for the output, one value, or several. */
export function readSnapshots(value: Json, path: JsonPath, plans: Plans, report: Report): SnapshotWish[] {
  if (value === false) return [];
  const wishes = Array.isArray(value) ? value : [value];
  return wishes.map((wish, i) => {
    const at = Array.isArray(value) ? [...path, i] : path;
    const fields = isObject(wish) ? (wish as JsonObject) : {};
    const target = typeof fields.path === 'string' ? fields.path : 'output';
    readTarget(target, [...at, 'path'], plans, report);
    const written = Array.isArray(fields.ignore) ? fields.ignore.map(String) : [];
    const ignore = written.flatMap((text, j) => readIgnored(text, [...at, 'ignore', j], report));
    return { path: target, ignore, position: positionOf(report.source, at) };
  });
}

/** A path that must not be misread: one that led nowhere would let everything differ, or nothing. */
function readIgnored(text: string, path: JsonPath, report: Report): (readonly Step[])[] {
  const steps = wildSteps(text);
  if (steps) return [steps];
  const message = `The path ${quote(text)} cannot be read`;
  report.add({ code: 'INVALID_PATH', path, message, hint: 'e.g. `items[*].id`, `meta.*`' });
  return [];
}

/** Data of signals by name or path; one that no stage waits for is reported. */
export function readSignals(
  value: Json | undefined,
  path: JsonPath,
  plans: Plans,
  report: Report,
): Record<string, Json> {
  if (!isObject(value)) return {};
  const names = [...plans.all.values()].flatMap((plan) =>
    [...stagesOf(plan.main)]
      .filter(({ component }) => component.name === 'signal')
      .map(({ constants, definition }) => String(constants.name ?? definition.config?.name)),
  );
  for (const key of Object.keys(value)) {
    const reference = resolveReference(plans, key);
    const byPath = reference?.stage.component.name === 'signal' && reference.nth === undefined;
    if (byPath || names.includes(key)) continue;
    const near = nearest(key, names);
    const known = names.length === 0 ? 'No stage waits for a signal' : `Stages wait for ${quoteList(names)}`;
    const message = `No stage of ${plans.main.name} waits for the signal ${quote(key)}`;
    const hint = near === undefined ? known : `Did you mean \`${near}\`?`;
    report.add({ code: 'UNKNOWN_SIGNAL', path: [...path, key], part: 'key', message, hint });
  }
  // Members of a JSON object are JSON.
  return value as Record<string, Json>;
}
