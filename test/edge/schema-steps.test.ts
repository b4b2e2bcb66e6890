import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { STEPS_FILE, stepsModule } from '../../drizzle/steps.ts';

it('hosts without a file system know every migration: `node drizzle/generate.ts` writes them', () => {
  expect(readFileSync(STEPS_FILE, 'utf8')).toBe(stepsModule());
});
