import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { INVARIANTS } from './invariants.ts';
import type { FaultResult } from './report.ts';

/** Prints what came of the faults as a table, or writes it to `FM_CHAOS_REPORT`: JSON where the name ends so, else Markdown. */
export default function setup(project: TestProject): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'fm-chaos-'));
  const file = join(folder, 'results');
  writeFileSync(file, '');
  project.provide('chaos', file);
  return () => {
    const lines = readFileSync(file, 'utf8')
      .split('\n')
      .filter((line) => line !== '');
    rmSync(folder, { recursive: true, force: true });
    // `conclude` wrote them.
    const results = lines.map((line) => JSON.parse(line) as FaultResult);
    if (results.length === 0) return;
    const path = process.env.FM_CHAOS_REPORT;
    const text = path?.endsWith('.json')
      ? `${JSON.stringify({ invariants: INVARIANTS, results }, null, 2)}\n`
      : table(results);
    if (path === undefined) process.stdout.write(text);
    else writeFileSync(path, text);
  };
}

function table(results: readonly FaultResult[]): string {
  const rows = results.map(({ fault, seed, times, runs, calls, seconds, more = {}, violations }) => {
    const measured = Object.entries(more).map(([name, value]) => `${name} ${value}`);
    return `| ${[fault, times, seed, runs, calls, seconds, measured.join(', '), violations.length].join(' | ')} |`;
  });
  return [
    '| fault | times | seed | runs | requests for effects | seconds | measured | violations |',
    '|---|---|---|---|---|---|---|---|',
    ...rows,
    '',
    ...Object.values(INVARIANTS).map((text) => `- ${text}`),
    '',
  ].join('\n');
}
