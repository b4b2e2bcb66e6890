import { Load, pause } from '../load.ts';
import { seeded } from '../seeded.ts';

/** Milliseconds between two looks. */
const LOOK = 250;
/** Runs that are accepted at the same moment. */
const TOGETHER = 20;
const PIPELINES = ['chain', 'diamond', 'few'];

/** How far the runs of each pipeline are at a moment. */
type Ended = Readonly<Record<string, number>>;

/**
 * Queues runs of three pipelines, one of which may have few at a time, and looks how they go on: none may wait for
 * another one's to end.
 */
export async function queueMany({ url, runs }: { url: string; runs: number }): Promise<void> {
  const load = await Load.open({ url, chance: seeded('fairness'), atOnce: 0, slow: 0 });
  const each = Math.floor(runs / PIPELINES.length);
  for (let n = 0; n < each; n += TOGETHER) {
    const some = PIPELINES.flatMap((name) => Array.from({ length: Math.min(TOGETHER, each - n) }, () => name));
    load.accepted.push(...(await Promise.all(some.map((name) => load.accept(name)))));
  }
  await Promise.all([load.add(), load.add()]);
  const gaps = new Map(PIPELINES.map((name) => [name, 0]));
  const last = new Map(PIPELINES.map((name) => [name, { at: performance.now(), ended: 0 }]));
  let half: Ended | undefined;
  for (let ended: Ended = {}; sum(ended) < load.accepted.length; await pause(LOOK)) {
    ended = await endedOf(load);
    if (!half && sum(ended) >= load.accepted.length / 2) half = ended;
    for (const name of PIPELINES) {
      const before = last.get(name);
      const now = ended[name] ?? 0;
      if (!before || before.ended === each) continue;
      gaps.set(name, Math.max(gaps.get(name) ?? 0, performance.now() - before.at));
      if (now > before.ended) last.set(name, { at: performance.now(), ended: now });
    }
  }
  const shares = Object.fromEntries(PIPELINES.map((name) => [`${name}_at_half`, half?.[name] ?? 0]));
  const longest = Math.round(Math.max(...gaps.values()) / 100) / 10;
  await load.conclude(`${runs} queued runs of three pipelines`, 1, {}, { ...shares, longest_gap_seconds: longest });
  // Those without a bound share alike, and nobody ever stands still.
  const [one = 0, other = 0] = [half?.chain, half?.diamond];
  if (Math.min(one, other) < 0.7 * Math.max(one, other)) throw new Error(`unfair: ${JSON.stringify(half)}`);
  if (longest > 15) throw new Error(`a pipeline stood still for ${longest} s`);
}

async function endedOf({ sql }: Load): Promise<Ended> {
  const rows = await sql`select pipeline, count(*)::int as ended from runs where status = 'succeeded' group by 1`;
  return Object.fromEntries(rows.map(({ pipeline, ended }) => [pipeline, ended]));
}

function sum(ended: Ended): number {
  return Object.values(ended).reduce((total, one) => total + one, 0);
}
