import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/bench/peers/**', 'test/chaos/**'],
    globalSetup: ['test/setup/build.ts', 'test/setup/postgres/on-demand.ts'],
    // Many tests wait for processes of their own, so that one file at a time leaves half of two cores idle.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
});
