import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Shape } from './graphs.ts';
import { type Bench, type Row, type Scale, sampleOf } from './row.ts';
import { number } from './table.ts';

const CHILD = fileURLToPath(new URL('memory-child.ts', import.meta.url));

/** Bytes that a live run holds per finished stage, in processes of their own. */
export const bench: Bench = {
  name: 'memory',
  summary: 'bytes that a run holds per finished stage, beyond its output',

  async run({ repeat, stages }: Scale): Promise<Row[]> {
    const shapes: readonly Shape[] = ['chain', 'fan-out'];
    return shapes.map((shape) => ({
      bench: 'memory',
      name: `${shape} of ${number(stages)}`,
      unit: 'bytes',
      measured: sampleOf(Array.from({ length: Math.min(3, repeat) }, () => bytesPerStage(shape, stages))),
      budget: { of: 'median', most: 2_048 },
    }));
  },
};

function bytesPerStage(shape: Shape, stages: number): number {
  const args = ['--expose-gc', CHILD, shape, String(stages)];
  return Number(execFileSync(process.execPath, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] }));
}
