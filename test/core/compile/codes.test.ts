import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { codeEntry } from '../../../src/core/codes/index.ts';
import { PIPELINE_CODES } from '../../../src/core/codes/pipeline.ts';

const ROOMS = ['../../../src/core/source/', '../../../src/core/compile/'].map((path) => new URL(path, import.meta.url));

/** Every code that the checker can report, found in its source. */
function reported(): Set<string> {
  const codes = new Set<string>();
  for (const room of ROOMS) {
    for (const name of readdirSync(room, { recursive: true, encoding: 'utf8' })) {
      if (!name.endsWith('.ts')) continue;
      const text = readFileSync(new URL(name, room), 'utf8');
      for (const [, code = ''] of text.matchAll(/(?:code: |#add\(|#problem\()'([A-Z_]+)'/g)) codes.add(code);
    }
  }
  return codes;
}

describe('codes of pipeline files', () => {
  test('are all documented, and all documented ones exist', () => {
    expect([...reported()].sort()).toEqual(Object.keys(PIPELINE_CODES).sort());
  });

  test.each(Object.entries(PIPELINE_CODES))('%s says what it means and how to get on', (code, entry) => {
    expect(codeEntry(code)).toMatchObject({ code, exit: 3 });
    expect(entry.explanation.match(/[.!?](\s|$)/g)?.length ?? 0).toBeGreaterThanOrEqual(2);
    if ('example' in entry) expect(entry.example).toMatch(/^wrong {2}.*\nright {2}/m);
  });
});
