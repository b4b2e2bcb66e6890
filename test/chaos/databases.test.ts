import { expect, it } from 'vitest';
import { COMMANDS, during, type Moment, onPostgres } from '../server/database-faults.ts';
import { seeded } from './seeded.ts';

const ROUNDS = 40;
const MOMENTS: readonly Moment[] = ['before', 'in the middle', 'after'];

it('servers and databases die while releases are activated, and nothing is lost, half or double', async () => {
  const { below } = seeded('databases');
  const all = await onPostgres();
  const pick = <T>(list: readonly T[]): T => list[below(list.length)] as T;
  const counts = new Map<string, number>();
  for (let round = 0; round < ROUNDS; round++) {
    const command = pick(Object.keys(COMMANDS) as (keyof typeof COMMANDS)[]);
    const moment = pick(MOMENTS);
    const fault = pick(['restart', 'replace'] as const);
    const { code } = await during(all, command, moment, () =>
      fault === 'restart' ? all.database.restart() : all.replace(),
    );
    const seen = `${fault} ${moment}: exit ${code}`;
    counts.set(seen, (counts.get(seen) ?? 0) + 1);
  }
  process.stderr.write(`${[...counts].map(([seen, times]) => `${times} x ${seen}`).join('\n')}\n`);
  expect([...counts.values()].reduce((sum, times) => sum + times, 0)).toBe(ROUNDS);
}, 1_200_000);
