import { findMisfits } from '../../core/compile/fit.ts';
import type { Report } from '../../core/compile/report.ts';
import type { ComponentDescriptor } from '../../core/descriptor.ts';
import { parseDuration } from '../../core/duration.ts';
import { type Json, type JsonObject, type JsonPath, own } from '../../core/json.ts';
import { quote } from '../../core/quote.ts';
import type { ErrorType } from '../../core/run.ts';
import { nearest } from '../../core/suggest.ts';
import { unknownStage } from '../assert/target.ts';
import { positionOf } from './position.ts';
import { type Plans, resolveReference, stagesOf } from './reference.ts';
import type { Mock, MockAnswer, MockTarget } from './suite.ts';

/** Control stages whose logic is what a test is about: they decide by what they read. */
const NOT_MOCKED: ReadonlySet<string> = new Set(['conditional', 'delay', 'return', 'router', 'signal', 'variable-set']);

/** What mocks are checked against. */
export interface MockKnowledge {
  readonly plans: Plans;
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  /** A single component is tested: it runs, and only what it fetches is mocked. */
  readonly ofComponent: boolean;
}

/** The mocks of one level, each with what it stands for; what cannot be is reported. */
export function readMocks(value: Json | undefined, path: JsonPath, known: MockKnowledge, report: Report): Mock[] {
  if (value === undefined) return [];
  // The file was checked against its schema.
  return Object.entries(value as JsonObject).flatMap(([key, answers]) => {
    const at = [...path, key];
    const target = targetOf(key, at, known, report);
    if (!target) return [];
    const list = Array.isArray(answers) ? answers : [answers];
    const descriptor = descriptorOf(target, known);
    for (const [i, answer] of list.entries()) {
      const place = Array.isArray(answers) ? [...at, i] : at;
      if (descriptor) checkOutput(answer as JsonObject, place, descriptor, report);
    }
    const position = positionOf(report.source, at, 'key');
    const read = list.map((answer) => readAnswer(answer as JsonObject));
    return [{ key, target, answers: read, repeats: !Array.isArray(answers), position }];
  });
}

function targetOf(key: string, path: JsonPath, known: MockKnowledge, report: Report): MockTarget | undefined {
  if (known.ofComponent) return fetchTarget(key, path, report);
  const target = findTarget(key, known);
  if (!target) return unknown(key, path, known, report);
  const descriptor = descriptorOf(target, known);
  if (!descriptor || !NOT_MOCKED.has(descriptor.name)) return target;
  const hint =
    descriptor.name === 'signal'
      ? 'Give the data in `signals`'
      : 'Mock what it reads, so that the test shows how it decides';
  const message = `A ${descriptor.name} stage runs in tests, it is not mocked`;
  report.add({ code: 'UNKNOWN_MOCK', path, part: 'key', message, hint });
  return undefined;
}

function fetchTarget(key: string, path: JsonPath, report: Report): MockTarget | undefined {
  if (key === 'fetch') return { kind: 'fetch' };
  const message = `A component under test runs; only what it fetches is mocked, as \`fetch\`, found ${quote(key)}`;
  const hint = 'Write `"fetch": { "output": { "status": 200, "body": { … } } }`';
  report.add({ code: 'UNKNOWN_MOCK', path, part: 'key', message, hint });
  return undefined;
}

function findTarget(key: string, { plans, descriptors }: MockKnowledge): MockTarget | undefined {
  const reference = resolveReference(plans, key);
  if (reference && reference.nth === undefined) return { kind: 'stage', reference };
  const stages = [...plans.all.values()].flatMap((plan) => [...stagesOf(plan.main)]);
  if (stages.some(({ id }) => id === key)) return { kind: 'id', id: key };
  const name = key.replaceAll('_', '-');
  if (!stages.some(({ component }) => component.name === name)) return undefined;
  return descriptors.has(name) ? { kind: 'component', name } : undefined;
}

/** `pay[1]` is the second time in assertions; a mock is for an item, so its owner has the index. */
function isNumbered(key: string, plans: Plans): boolean {
  return resolveReference(plans, key)?.nth !== undefined;
}

function unknown(key: string, path: JsonPath, known: MockKnowledge, report: Report): undefined {
  const { plans, descriptors } = known;
  const stages = [...plans.all.values()].flatMap((plan) => [...stagesOf(plan.main)]);
  const names = new Set(stages.flatMap(({ id, component }) => [id, component.name]));
  const near = nearest(key, names);
  const unused = descriptors.has(key.replaceAll('_', '-'));
  const message = unused
    ? `No stage of ${plans.main.name} has the component ${quote(key)}`
    : `The mock ${quote(key)} stands for no stage and no component of ${plans.main.name}`;
  const numbered = 'Give the index to its owner, as in `orders[1]/pay`, or a list with an answer per attempt';
  const other = near === undefined ? unknownStage(key, plans).hint : `Did you mean \`${near}\`?`;
  const hint = isNumbered(key, plans) ? numbered : other;
  report.add({ code: 'UNKNOWN_MOCK', path, part: 'key', message, hint });
  return undefined;
}

function descriptorOf(target: MockTarget, { plans, descriptors }: MockKnowledge): ComponentDescriptor | undefined {
  if (target.kind === 'stage') return target.reference.stage.component;
  if (target.kind === 'component') return descriptors.get(target.name);
  if (target.kind === 'fetch') return undefined;
  const stages = [...plans.all.values()].flatMap((plan) => [...stagesOf(plan.main)]);
  return stages.find(({ id }) => id === target.id)?.component;
}

/** A mock may leave out what is not read, but what it has must be what the component could give. */
function checkOutput(answer: JsonObject, path: JsonPath, descriptor: ComponentDescriptor, report: Report): void {
  const output = own(answer, 'output');
  if (output === undefined) return;
  const title = `the output of \`${descriptor.name}\``;
  // A member of a JSON object is JSON.
  for (const misfit of findMisfits(descriptor.output, output as Json, { title, partial: true })) {
    report.add({ ...misfit, path: [...path, 'output', ...misfit.path] });
  }
}

function readAnswer(answer: JsonObject): MockAnswer {
  if (Object.hasOwn(answer, 'output')) return { output: answer.output ?? null };
  const { type, message, code, details, retry_after } = answer.error as JsonObject;
  return {
    error: {
      // One of the types of the schema's enum.
      type: type as ErrorType,
      message: typeof message === 'string' ? message : `mocked ${type}`,
      code: typeof code === 'string' ? code : undefined,
      details,
      retryAfter: parseDuration(retry_after),
    },
  };
}
