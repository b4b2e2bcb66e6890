import type { DurableEngine } from './durable/engine.ts';

// One engine in a process of its own: `node durable-one.ts dbos DATABASE_URL AT_ONCE RUNS`. The first runs warm it up.
const WARM_UP = 200;
const [name = '', url = '', atOnce = '', runs = ''] = process.argv.slice(2);
const { engine }: { engine: DurableEngine } = await import(`./durable/${name}.ts`);
const opened = await engine.open(url, Number(atOnce));
await opened.execute(WARM_UP);
const ms = await opened.execute(Number(runs));
process.stdout.write(`\n${JSON.stringify({ rate: (Number(runs) * 1_000) / ms, versions: engine.versions })}\n`);
process.exit(0);
