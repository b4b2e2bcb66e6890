import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import fc from '../../setup/property.ts';
import { fileOf, HOSTILE, hostileSuite } from './hostile.ts';
import { ORDERS_FILE, PASSED, reported, SUITES, suite, test } from './results.ts';

const SCHEMA = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8');

/** What the schema has against a report; empty when it is valid. */
async function problemsOf(contents: string): Promise<string[]> {
  const { valid, errors, rawOutput } = await validateXML({
    xml: [{ fileName: 'report.xml', contents }],
    schema: [{ fileName: 'junit.xsd', contents: SCHEMA }],
    initialMemoryPages: 512,
    maxMemoryPages: 8_192,
  });
  return valid ? [] : errors.length > 0 ? errors.map(({ message }) => message) : [rawOutput];
}

/** What XML 1.0 can hold of a text. */
function inXml(text: string): string {
  return [...text.toWellFormed()]
    .map((c) => (/[\t\n\r\u0020-\ufffd\u{10000}-\u{10ffff}]/u.test(c) ? c : '\ufffd'))
    .join('');
}

function decoded(xml: string): string {
  const entities: Record<string, string> = { lt: '<', gt: '>', quot: '"', amp: '&' };
  return xml.replaceAll(/&(?:#(\d+)|(\w+));/g, (_all, code, name) =>
    code === undefined ? (entities[name] ?? '?') : String.fromCharCode(Number(code)),
  );
}

/** The values of one attribute of all elements of a name. */
function values(xml: string, element: string, attribute: string): string[] {
  const tags = xml.match(/<[a-z-]+(?: [a-z]+="[^"]*")*\/?>/g) ?? [];
  return tags
    .filter((tag) => /^<([a-z-]+)/.exec(tag)?.[1] === element)
    .map((tag) => decoded([...tag.matchAll(/ ([a-z]+)="([^"]*)"/g)].find(([, name]) => name === attribute)?.[2] ?? ''));
}

describe('the junit reporter', () => {
  const xml = reported('junit', SUITES);

  it('is valid', async () => {
    expect(await problemsOf(xml)).toEqual([]);
    expect(await problemsOf(reported('junit', []))).toEqual([]);
    expect(await problemsOf(reported('junit', [suite('empty', [])]))).toEqual([]);
  });

  it('is checked by a schema that refuses what CI systems refuse', async () => {
    for (const [what, instead] of [
      [' hostname="localhost"', ''],
      ['T09:30:15"', 'T09:30:15Z"'],
      ['<system-err></system-err>', ''],
      [' type="mock"', ''],
      ['<skipped/>', '<skipped/><skipped/>'],
      ['time="0.034"', 'time="0,034"'],
      ['<testcase name', '<testcase line="3" name'],
      ['</testsuites>', ''],
    ] as const) {
      expect(xml).toContain(what);
      expect(await problemsOf(xml.replace(what, instead))).not.toEqual([]);
    }
  });

  it('has a suite for each file, with its numbers', () => {
    expect(values(xml, 'testsuite', 'name')).toEqual(['adds-up', 'orders', 'later']);
    expect(values(xml, 'testsuite', 'package')[1]).toBe(ORDERS_FILE);
    expect(values(xml, 'testsuite', 'id')).toEqual(['0', '1', '2']);
    expect(values(xml, 'testsuite', 'timestamp')[0]).toBe('2026-11-28T09:30:15');
    const numbers = ['tests', 'failures', 'errors', 'skipped', 'time'].map((name) => values(xml, 'testsuite', name)[1]);
    expect(numbers).toEqual(['6', '3', '1', '1', '0.120']);
  });

  it('has a case for each test, and one for what is wrong beyond them', () => {
    expect(values(xml, 'testcase', 'name').slice(3, 9)).toEqual([
      'adds up',
      'charges the card',
      'keeps its shape',
      'asks for a signature',
      'is cheap',
      'the suite beyond its tests',
    ]);
    expect(values(xml, 'testcase', 'classname')[3]).toBe('orders.orders');
    expect(values(xml, 'testcase', 'time')[3]).toBe('0.013');
    expect(values(xml, 'skipped', 'message')).toEqual(['waits for the new contract', '']);
    expect(values(xml, 'failure', 'type')).toEqual(['assertion', 'mock', 'snapshot']);
    expect(values(xml, 'failure', 'message')[0]).toBe('`output` does not equal what is expected (and 1 more finding)');
    expect(values(xml, 'error', 'message')).toEqual(['No test uses the mock `notify` of `setup`']);
  });

  it('tells in a failure everything that the text report tells', () => {
    const text = decoded(/<failure [^>]*>([^<]*)<\/failure>/.exec(xml)?.[1] ?? '');
    expect(text).toContain(`${ORDERS_FILE}:10:29\n`);
    expect(text).toContain('\n     |                             ^^^^^^^^^^^^\n');
    expect(text).toContain('\n- expected  items[0].total  6\n+ actual    items[0].total  8\n');
    expect(text).toContain('\nTry: "contains"');
    expect(decoded(xml)).toContain('<system-out>adds up\n  info  price  6\n');
  });

  it('is written suite by suite', () => {
    expect(xml.startsWith(reported('junit', [PASSED]).replace('</testsuites>\n', ''))).toBe(true);
  });

  it('is valid whatever texts come, and keeps what XML can hold of them', async () => {
    const hostile = reported('junit', HOSTILE.map(hostileSuite));
    expect(await problemsOf(hostile)).toEqual([]);
    const cases = HOSTILE.flatMap((text) => [text, text, 'the suite beyond its tests']);
    expect(values(hostile, 'testcase', 'name')).toEqual(cases.map(inXml));
    expect(values(hostile, 'skipped', 'message')).toEqual(HOSTILE.map(inXml));
    expect(values(hostile, 'testsuite', 'name')).toEqual(HOSTILE.map((text) => inXml(fileOf(text))));
  });

  it('is valid for any text', async () => {
    const texts = fc.array(fc.string({ unit: 'binary' }), { minLength: 150, maxLength: 200 });
    await fc.assert(
      fc.asyncProperty(texts, async (list) => {
        const xml = reported('junit', [
          suite(
            'any',
            list.map((name) => test(name)),
          ),
          ...list.map(hostileSuite),
        ]);
        expect(await problemsOf(xml)).toEqual([]);
      }),
      { numRuns: 4 },
    );
  });
});
