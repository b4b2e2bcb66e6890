import type { Finding, SuiteResult, TestResult } from '../result.ts';
import { countOf, countTests } from './count.ts';
import { findingLines } from './finding-lines.ts';
import type { CreateReporter, ReporterOptions } from './reporter.ts';

const COLUMNS = 120;

/**
 * JUnit XML, written suite by suite. It is valid for both schemas that CI systems check: that of Ant's reports and that
 * of Jenkins' xunit plugin. Neither has a place in a file, so the file is the suite's `package` and a property, and the
 * text of a failure names line and column. What is wrong with a suite beyond its tests is a test case with an `<error>`.
 */
export const junitReporter: CreateReporter = ({ write, source }) => {
  let timestamp = '';
  let id = 0;
  return {
    begin({ started_at }) {
      // Both schemas want seconds without a zone; this is UTC. When each suite began is not known.
      timestamp = new Date(started_at).toISOString().slice(0, 'yyyy-mm-ddThh:mm:ss'.length);
      write('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites>\n');
    },
    suite(suite) {
      write(suiteElement(suite, { id: id++, timestamp, source }));
    },
    end() {
      write('</testsuites>\n');
    },
  };
};

interface SuiteOptions extends Pick<ReporterOptions, 'source'> {
  readonly id: number;
  readonly timestamp: string;
}

function suiteElement(suite: SuiteResult, { id, timestamp, source }: SuiteOptions): string {
  const { tests, findings, file, subject } = suite;
  const { failed, skipped } = countTests(suite);
  const name = suite.name.trim() === '' ? file : suite.name;
  const attributes = {
    name,
    package: file,
    id,
    timestamp,
    hostname: 'localhost',
    tests: tests.length + (findings.length > 0 ? 1 : 0),
    failures: failed,
    errors: findings.length > 0 ? 1 : 0,
    skipped,
    time: seconds(suite.duration_ms),
  };
  // Jenkins groups by what stands before the last dot.
  const classname = `${subject.name}.${name}`;
  const cases = tests.map((test) => caseElement(test, classname, source));
  if (findings.length > 0) {
    const beyond = { name: 'the suite beyond its tests', classname, time: seconds(0) };
    cases.push(`    <testcase${written(beyond)}>${outcome('error', findings, source)}</testcase>\n`);
  }
  const logs = tests.flatMap(({ name, logs }) => (logs.length > 0 ? [name, ...logs.map((line) => `  ${line}`)] : []));
  return `  <testsuite${written(attributes)}>
    <properties>
      <property${written({ name: 'file', value: file })}/>
      <property${written({ name: subject.kind, value: subject.name })}/>
    </properties>
${cases.join('')}    <system-out>${escapeXml(logs.join('\n'))}</system-out>
    <system-err></system-err>
  </testsuite>
`;
}

function caseElement(test: TestResult, classname: string, source: ReporterOptions['source']): string {
  const { name, status, reason, findings, duration_ms } = test;
  const head = `    <testcase${written({ name, classname, time: seconds(duration_ms) })}`;
  if (status === 'passed') return `${head}/>\n`;
  const skipped = `<skipped${reason === undefined ? '' : written({ message: reason })}/>`;
  return `${head}>${status === 'skipped' ? skipped : outcome('failure', findings, source)}</testcase>\n`;
}

/** A test case has one failure at most, so that of several findings the first one is its message. */
function outcome(
  element: 'failure' | 'error',
  findings: readonly Finding[],
  source: ReporterOptions['source'],
): string {
  const [first, ...more] = findings;
  const others = more.length > 0 ? ` (and ${countOf(more.length, 'more finding')})` : '';
  const head = written({ message: `${first?.message ?? ''}${others}`, type: first?.kind ?? 'run' });
  const texts = findings.map((finding) => findingLines(finding, { columns: COLUMNS, source }).map(({ text }) => text));
  return `<${element}${head}>${escapeXml(texts.map((lines) => lines.join('\n')).join('\n\n'))}</${element}>`;
}

function written(attributes: Readonly<Record<string, string | number>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => ` ${name}="${escapeXml(String(value)).replaceAll(/[\t\n\r]/g, reference)}"`)
    .join('');
}

/** Of the characters that XML 1.0 cannot hold (section 2.2), and of halves of surrogate pairs. */
const NOT_XML = /[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

function escapeXml(text: string): string {
  // A carriage return in the text would be read as a line end.
  return text
    .replaceAll(NOT_XML, '\u{fffd}')
    .replaceAll(/[&<>"]/g, (character) => ENTITIES[character] ?? character)
    .replaceAll('\r', reference);
}

function reference(character: string): string {
  return `&#${character.charCodeAt(0)};`;
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(3);
}
