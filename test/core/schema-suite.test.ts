import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { Json, JsonSchema } from '../../src/core/json.ts';
import { type CompiledSchema, compileSchema } from '../../src/core/schema/validate.ts';

/** A checkout of the official JSON Schema Test Suite, beside the repository. */
const SUITE = fileURLToPath(new URL('../../../shared/data/json-schema-test-suite', import.meta.url));

interface Group {
  description: string;
  schema: JsonSchema;
  tests: { description: string; data: Json; valid: boolean }[];
}

/** Cases that are answered otherwise on purpose, by file and the beginning of the group's or test's description. */
const EXCEPTIONS: readonly [file: string, description: string, reason: string][] = [
  ['format.json', 'invalid', 'formats are checked, not only noted'],
  ['vocabulary.json', 'no validation', 'metaschemas are not loaded, so none can switch a vocabulary off'],
  [
    'optional/dependencies-compatibility.json',
    '',
    '"dependencies" belongs to older drafts; the check says what to write',
  ],
  ['optional/format/ecmascript-regex.json', '', 'patterns are RE2: (?i) and (?P<name>) are allowed, lookbehind is not'],
  ['optional/format/hostname.json', 'validation of A-label', 'Punycode is not decoded'],
  ['optional/format/idn-hostname.json', '', 'the rules of IDNA need large tables; the format is a note'],
  [
    'optional/format/iri.json',
    'a valid IRI with a supplementary-plane private-use',
    'private-use characters are refused everywhere',
  ],
];

function* groups(folder: string, prefix = ''): Generator<[file: string, group: Group]> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* groups(path, `${prefix}${entry.name}/`);
    else for (const group of JSON.parse(readFileSync(path, 'utf8')) as Group[]) yield [prefix + entry.name, group];
  }
}

function isException(file: string, group: string, description: string): boolean {
  return EXCEPTIONS.some(([in_, start]) => {
    return in_ === file && (group.startsWith(start) || description.startsWith(start));
  });
}

const here = existsSync(SUITE);
if (!here) console.log(`JSON Schema Test Suite: not run, it is not at ${SUITE}`);

test.skipIf(!here)('the official test suite of draft 2020-12', () => {
  const counts = { run: 0, passed: 0, remote: 0, exceptions: 0 };
  const wrong: string[] = [];
  for (const [file, group] of groups(join(SUITE, 'tests/draft2020-12'))) {
    let compiled: CompiledSchema | undefined;
    try {
      compiled = compileSchema(group.schema);
    } catch (error) {
      // Refusing what leads out of the schema is the rule; anything else is a failure.
      if (!/leads out of the schema/.test(String(error))) wrong.push(`${file}: ${group.description}: ${error}`);
    }
    for (const { description, data, valid } of group.tests) {
      counts.run++;
      if (!compiled) counts.remote++;
      else if (compiled.validate(data).valid === valid) counts.passed++;
      else if (isException(file, group.description, description)) counts.exceptions++;
      else wrong.push(`${file}: ${group.description}: ${description}`);
    }
  }
  console.log(`JSON Schema Test Suite: ${JSON.stringify(counts)}`);
  expect(wrong).toEqual([]);
  expect(counts.run).toBeGreaterThan(1_000);
});
