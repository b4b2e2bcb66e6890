import { availableParallelism } from 'node:os';
import { fail } from '../../../core/errors.ts';
import { nearest } from '../../../core/suggest.ts';
import { REPORTS, type ReportName } from '../../../testing/coverage/reports/index.ts';
import { REPORTERS, type ReporterName } from '../../../testing/reporters/index.ts';
import type { Selection } from '../../../testing/suite/select.ts';

/** The flags of `fm test`. */
export interface TestFlags {
  readonly json?: boolean | undefined;
  readonly coverage?: boolean | undefined;
  readonly 'coverage-reporter'?: readonly string[] | undefined;
  readonly reporter?: readonly string[] | undefined;
  readonly filter?: readonly string[] | undefined;
  readonly tag?: readonly string[] | undefined;
  readonly bail?: boolean | undefined;
  readonly watch?: boolean | undefined;
  readonly changed?: string | undefined;
  readonly jobs?: number | undefined;
  readonly list?: boolean | undefined;
  readonly shard?: string | undefined;
  readonly live?: boolean | undefined;
  readonly 'update-snapshots'?: boolean | undefined;
}

/** A report and where it goes: undefined for stdout. */
export interface Wanted<Name extends string> {
  readonly name: Name;
  readonly file: string | undefined;
}

/** Requests that wait on others go on side by side; what only computes gains nothing from it. */
function liveJobs(): number {
  return Math.max(2, availableParallelism());
}

/** Flags with their texts read. */
export interface TestWishes {
  readonly reporters: readonly Wanted<ReporterName>[];
  /** Absent without coverage. */
  readonly coverage: readonly Wanted<ReportName>[] | undefined;
  readonly selection: Selection;
  readonly jobs: number;
}

/** Reads the flags that are more than words. Throws FlowMasonError `USAGE`. */
export function readWishes(flags: TestFlags): TestWishes {
  const { filter = [], tag = [], shard, live, jobs = live ? liveJobs() : 1 } = flags;
  const coverage = flags.coverage || flags['coverage-reporter'] !== undefined;
  if (flags.watch && (flags.json || flags.list)) {
    fail('USAGE', `--watch prints as long as it goes, so it excludes --${flags.json ? 'json' : 'list'}`, {
      hint: 'fm test --watch',
    });
  }
  return {
    reporters: reportersOf(flags),
    coverage: coverage ? coverageReports(flags['coverage-reporter'] ?? []) : undefined,
    selection: { filters: filter, tags: tag, shard: shard === undefined ? undefined : shardOf(shard) },
    jobs,
  };
}

function reportersOf({ reporter, json }: TestFlags): Wanted<ReporterName>[] {
  if (reporter === undefined) {
    if (json) return [];
    const standard: Wanted<ReporterName>[] = [{ name: 'text', file: undefined }];
    // Annotations are lines of the log that GitHub takes out of it.
    return process.env.GITHUB_ACTIONS === 'true' ? [...standard, { name: 'github', file: undefined }] : standard;
  }
  const wanted = reporter.map((text) => wantedOf(text, REPORTERS, '--reporter'));
  const onStdout = wanted.filter(({ file }) => file === undefined).map(({ name }) => name);
  const alone = onStdout.filter((name) => name !== 'text' && name !== 'github');
  if (json && onStdout.length > 0)
    twice(`--json and --reporter ${onStdout[0]}`, `--reporter ${onStdout[0]}:results.txt`);
  if (alone[0] !== undefined && onStdout.length > 1) {
    twice(`the reporters ${onStdout.join(' and ')}`, `--reporter ${alone[0]}:results.${alone[0]}`);
  }
  return wanted;
}

function twice(what: string, hint: string): never {
  fail('USAGE', `${what} would both write to stdout`, { hint: `fm test ${hint}` });
}

function coverageReports(texts: readonly string[]): Wanted<ReportName>[] {
  return texts.map((text) => {
    const { name, file } = wantedOf(text, REPORTS, '--coverage-reporter');
    return { name, file: file ?? (name === 'text' ? undefined : `coverage/${REPORTS[name].file}`) };
  });
}

/** `junit:out.xml`: a name and a file. */
function wantedOf<Name extends string>(
  text: string,
  known: Readonly<Record<Name, unknown>>,
  flag: string,
): Wanted<Name> {
  const at = text.indexOf(':');
  const name = at === -1 ? text : text.slice(0, at);
  const file = at === -1 ? undefined : text.slice(at + 1);
  const names = Object.keys(known);
  if (isKnown(name, known) && file !== '') return { name, file };
  const near = nearest(name, names) ?? names[0];
  const message =
    file === '' ? `After ${text} the name of a file is expected` : `There is no ${flag.slice(2)} "${name}"`;
  fail('USAGE', `${message}; there are ${names.join(', ')}`, { hint: `fm test ${flag} ${near}` });
}

function isKnown<Name extends string>(name: string, known: Readonly<Record<Name, unknown>>): name is Name {
  return Object.hasOwn(known, name);
}

function shardOf(text: string): { index: number; count: number } {
  const [index = 0, count = 0] = /^(\d+)\/(\d+)$/.exec(text)?.slice(1).map(Number) ?? [];
  if (index >= 1 && index <= count) return { index, count };
  return fail('USAGE', `--shard is one of how many parts, from 1: found "${text}"`, { hint: 'fm test --shard 1/4' });
}

/** `--changed` alone compares with HEAD, which oclif's flags cannot say. */
export function withRevision(argv: readonly string[]): string[] {
  return argv.map((word, i) => {
    const next = argv[i + 1];
    return word === '--changed' && (next === undefined || next.startsWith('-')) ? '--changed=HEAD' : word;
  });
}
