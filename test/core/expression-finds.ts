import { describe, expect, it } from 'vitest';
import { problems } from './expression-world.ts';

/** What is found in an expression before anything runs: `[source, marked text, message, hint]`. */
export type Row = readonly [source: string, marked: string, message: string, hint?: string];

export function finds(code: string, table: readonly Row[]): void {
  describe(code, () => {
    for (const [source, marked, message, hint] of table) {
      it(source, () => {
        expect(problems(source)).toEqual([{ code, marked, message, hint }]);
      });
    }
  });
}
