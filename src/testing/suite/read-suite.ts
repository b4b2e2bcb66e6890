import { compilePipeline } from '../../core/compile/compile-pipeline.ts';
import { findMisfits } from '../../core/compile/fit.ts';
import { Report } from '../../core/compile/report.ts';
import type { ComponentDescriptor } from '../../core/descriptor.ts';
import { parseDuration } from '../../core/duration.ts';
import { isObject, type Json, type JsonObject, type JsonPath, own } from '../../core/json.ts';
import type { Limits } from '../../core/limits.ts';
import type { PipelineDefinition } from '../../core/pipeline.ts';
import type { Problem } from '../../core/problem.ts';
import { quote } from '../../core/quote.ts';
import type { SourceFile } from '../../core/source/file.ts';
import { nearest } from '../../core/suggest.ts';
import { TEST_FILE, TEST_KINDS } from './format.ts';
import { positionOf } from './position.ts';
import { readAssertions } from './read-assertions.ts';
import { readExpectedError, readSignals, readSnapshots } from './read-expectations.ts';
import { readMocks } from './read-mocks.ts';
import type { Plans } from './reference.ts';
import type { Mock, Suite, Surroundings, Test } from './suite.ts';

/** What a suite is about, as far as its file can be trusted. */
export interface Outline {
  readonly subject: Suite['subject'] | undefined;
  readonly report: Report;
}

/** What is known around a suite. */
export interface SuiteKnowledge {
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  readonly limits: Limits;
  /** Of a suite that is about a pipeline. */
  readonly plans: Plans | undefined;
}

/** Checks the form of a test file and says what it is about; the caller loads that before `readSuite`. */
export function outlineSuite(source: SourceFile): Outline {
  const report = new Report(source);
  const { value } = source;
  if (value === undefined || report.failed) return { subject: undefined, report };
  for (const misfit of findMisfits(TEST_FILE, value, { title: 'a test file', kinds: TEST_KINDS, describe: partName })) {
    report.add(misfit);
  }
  return { subject: isObject(value) ? readSubject(value as JsonObject, report) : undefined, report };
}

/** How messages call a part of the file. */
function partName(path: JsonPath): string | undefined {
  const names: Readonly<Record<string, string>> = { tests: 'a test', cases: 'a case', assertions: 'an assertion' };
  const [list, index] = path.slice(-2);
  return typeof index === 'number' && Object.hasOwn(names, String(list)) ? names[String(list)] : undefined;
}

function readSubject(file: JsonObject, report: Report): Suite['subject'] | undefined {
  const pipeline = own(file, 'pipeline');
  const component = own(file, 'component');
  if (pipeline !== undefined && component !== undefined) {
    const message = '`pipeline` and `component` exclude each other: a file tests one thing';
    report.add({ code: 'INVALID_VALUE', path: ['component'], part: 'key', message, hint: 'Remove one of the two' });
  } else if (typeof pipeline === 'string') return { kind: 'pipeline', name: pipeline };
  else if (typeof component === 'string') return { kind: 'component', name: component.replaceAll('_', '-') };
  else if (pipeline === undefined && component === undefined) {
    const message = '`pipeline` is missing in a test file';
    report.add({ code: 'REQUIRED_FIELD', path: [], message, hint: 'Add `"pipeline": "my-pipeline"`' });
  }
  return undefined;
}

/** Reads a suite whose outline is sound. Without an answer `problems` say why; warnings may stand beside one. */
export function readSuite(
  { subject, report }: Outline,
  source: SourceFile,
  knowledge: SuiteKnowledge,
): { readonly suite?: Suite; readonly problems: Problem[] } {
  if (report.failed || !subject) return { problems: report.problems() };
  // The outline has checked it against the schema.
  const suite = new SuiteReader(source.value as JsonObject, subject, report, knowledge).read();
  return report.failed ? { problems: report.problems() } : { suite, problems: report.problems() };
}

/** Fields of a test, or of a case above those of its test, with the place of each. */
interface Level {
  readonly fields: JsonObject;
  readonly path: JsonPath;
}

class SuiteReader {
  readonly #file: JsonObject;
  readonly #subject: Suite['subject'];
  readonly #report: Report;
  readonly #knowledge: SuiteKnowledge;

  constructor(file: JsonObject, subject: Suite['subject'], report: Report, knowledge: SuiteKnowledge) {
    this.#file = file;
    this.#subject = subject;
    this.#report = report;
    this.#knowledge = knowledge;
  }

  read(): Suite {
    const tests = (this.#file.tests as JsonObject[]).flatMap((fields, i) =>
      this.#expand({ fields, path: ['tests', i] }),
    );
    this.#checkNames(tests);
    const [first] = tests;
    return {
      name: String(this.#file.name),
      file: this.#report.source.file ?? '',
      subject: this.#subject,
      setupMocks: first ? this.#mocks(this.#setup, first.plans) : [],
      tests,
    };
  }

  get #setup(): Level {
    return { fields: (this.#file.setup ?? {}) as JsonObject, path: ['setup'] };
  }

  /** A test, or one per case of its table. */
  #expand(test: Level): Test[] {
    const cases = test.fields.cases as JsonObject[] | undefined;
    if (!cases) return this.#test([test], String(test.fields.name), () => []);
    let mocks: Mock[] | undefined;
    // Read once, so that one case's use of them counts for all.
    const shared = (plans: Plans): Mock[] => {
      mocks ??= this.#mocks(test, plans);
      return mocks;
    };
    return cases.flatMap((fields, i) => {
      const level: Level = { fields, path: [...test.path, 'cases', i] };
      return this.#test([level, test], `${test.fields.name} › ${caseName(fields, i)}`, shared);
    });
  }

  /** `levels`: the nearest one first. */
  #test(levels: readonly [Level, ...Level[]], name: string, shared: (plans: Plans) => Mock[]): Test[] {
    const [own, test = own] = levels;
    const config = nearestLevel(levels, 'config');
    const plans = this.#plans(config);
    if (!plans) return [];
    const { fields } = test;
    const skips = levels.map((level) => level.fields.skip).filter((skip) => skip !== undefined && skip !== false);
    const assertions = levels.flatMap((level) =>
      readAssertions(level.fields.assertions, [...level.path, 'assertions'], plans, this.#report),
    );
    const expected = nearestLevel(levels, 'expectError');
    const snapshot = nearestLevel(levels, 'snapshot');
    const signals = levels.map((level) =>
      readSignals(level.fields.signals, [...level.path, 'signals'], plans, this.#report),
    );
    return [
      {
        plans,
        ofComponent: this.#subject.kind === 'component',
        name,
        position: positionOf(this.#report.source, own.fields.name === undefined ? own.path : [...own.path, 'name']),
        skip: skips.length > 0,
        reason: skips.find((skip) => typeof skip === 'string') as string | undefined,
        only: fields.only === true,
        tags: [...strings(this.#file.tags), ...strings(fields.tags)],
        input: nearestLevel(levels, 'input')?.value ?? {},
        config: (config?.value ?? {}) as JsonObject,
        ownMocks: this.#mocks(own, plans),
        sharedMocks: shared(plans),
        signals: Object.assign({}, ...signals.reverse()),
        assertions,
        expectError: expected && readExpectedError(expected.value, expected.path, plans, this.#report),
        snapshots: snapshot ? readSnapshots(snapshot.value, snapshot.path, plans, this.#report) : [],
        timeout: parseDuration(fields.timeout ?? this.#file.timeout),
        ...surroundings([...levels, this.#setup]),
      },
    ];
  }

  #mocks(level: Level, plans: Plans): Mock[] {
    const path = [...level.path, 'mocks'];
    const { descriptors } = this.#knowledge;
    const known = { plans, descriptors, ofComponent: this.#subject.kind === 'component' };
    return readMocks(level.fields.mocks, path, known, this.#report);
  }

  /** The pipeline under test; of a component a pipeline that runs it alone. */
  #plans(config: ReturnType<typeof nearestLevel>): Plans | undefined {
    if (this.#subject.kind === 'component') return this.#componentPlans(config);
    if (config) {
      const message = '`config` belongs to tests of a single component; a pipeline has its own';
      const hint = 'Give the pipeline its `input`';
      this.#report.add({ code: 'INVALID_VALUE', path: config.path, part: 'key', message, hint });
    }
    return this.#knowledge.plans;
  }

  #componentPlans(config: ReturnType<typeof nearestLevel>): Plans | undefined {
    const { descriptors, limits } = this.#knowledge;
    const { name } = this.#subject;
    const descriptor = descriptors.get(name);
    if (!descriptor) {
      const near = nearest(name, descriptors.keys());
      const hint = near === undefined ? 'fm components lists them' : `Did you mean \`${near}\`?`;
      const message = `There is no component ${quote(name)}`;
      this.#report.add({ code: 'UNKNOWN_COMPONENT', path: ['component'], message, hint });
      return undefined;
    }
    if (descriptor.category === 'control') {
      const message = `${quote(name)} needs other stages, so it is tested with the pipeline that uses it`;
      const hint = 'Write `"pipeline": "…"` in the place of `component`';
      this.#report.add({ code: 'INVALID_VALUE', path: ['component'], message, hint });
      return undefined;
    }
    const stage = { id: COMPONENT_STAGE, component: name, config: (config?.value ?? {}) as JsonObject };
    const definition: PipelineDefinition = { name: 'component-test', stages: [stage] };
    const { plan, problems } = compilePipeline(definition, { descriptors, limits });
    for (const problem of problems) {
      // `stages[0].config` stands in the test file as `config`.
      const path = [...(config?.path ?? []), ...(problem.path ?? []).slice(3)];
      this.#report.add({ ...problem, path });
    }
    return plan && { main: plan, all: new Map([[plan.name, plan]]) };
  }

  /** Whole names: a case without one has its number, which another case may be called. */
  #checkNames(tests: readonly Test[]): void {
    const seen = new Map<string, Test>();
    for (const [i, fields] of (this.#file.tests as JsonObject[]).entries()) {
      const rows = (fields.cases ?? []) as JsonObject[];
      const names = rows.map((row, j) => ({
        name: `${fields.name} › ${caseName(row, j)}`,
        path: ['cases', j, 'name'],
      }));
      const own = [{ name: String(fields.name), path: ['name'] }, ...names];
      if (fields.name === '__proto__') this.#forbidden(['tests', i, 'name']);
      for (const { name, path } of own) {
        const first = seen.get(name);
        if (first) this.#twice(['tests', i, ...path], name, first);
        const test = tests.find((each) => each.name === name || each.name.startsWith(`${name} › `));
        if (test) seen.set(name, test);
      }
    }
  }

  #forbidden(path: JsonPath): void {
    const message = 'The name `__proto__` is refused: programs take it for something else';
    this.#report.add({ code: 'FORBIDDEN_KEY', path, message, hint: 'Give it another name' });
  }

  #twice(path: JsonPath, name: string, first: Test): void {
    const message = `The name ${quote(name)} is taken by the test in line ${first.position.line}`;
    this.#report.add({ code: 'DUPLICATE_TEST', path, message, hint: 'Give it a name of its own' });
  }
}

/** What a case is called: its name, or its number. */
function caseName({ name }: JsonObject, index: number): string {
  return typeof name === 'string' ? name : `#${index + 1}`;
}

/** The id of a component under test in the pipeline that runs it. */
export const COMPONENT_STAGE = 'component';

function nearestLevel(
  levels: readonly Level[],
  key: string,
): { readonly value: Json; readonly path: JsonPath } | undefined {
  for (const { fields, path } of levels) {
    const value = own(fields, key);
    // A member of a JSON object is JSON.
    if (value !== undefined) return { value: value as Json, path: [...path, key] };
  }
  return undefined;
}

function surroundings(levels: readonly Level[]): Surroundings {
  const merged = (key: string): JsonObject =>
    Object.assign({}, ...levels.map(({ fields }) => fields[key] ?? {}).reverse());
  const now = nearestLevel(levels, 'now')?.value;
  const environment = nearestLevel(levels, 'environment')?.value;
  return {
    vars: merged('vars'),
    // The schema allows text and null only.
    secrets: merged('secrets') as Record<string, string | null>,
    now: typeof now === 'string' ? Date.parse(now) : undefined,
    environment: typeof environment === 'string' ? environment : undefined,
  };
}

function strings(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
