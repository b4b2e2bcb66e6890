import { cpus, totalmem, type } from 'node:os';
import { parseArgs } from 'node:util';
import { BENCHES } from './benches.ts';
import { FULL, LONG, meets, type Row } from './row.ts';
import { markdown, table } from './table.ts';

// `npm run bench -- [NAME…] [--long] [--json | --markdown]`: measures, prints, and fails when a budget is missed.

const boolean = { type: 'boolean' } as const;
const { values, positionals } = parseArgs({
  options: { only: { type: 'string' }, json: boolean, markdown: boolean, long: boolean },
  allowPositionals: true,
});
const wanted = values.only === undefined ? positionals : [values.only, ...positionals];
const unknown = wanted.find((name) => !BENCHES.some((bench) => bench.name === name));
if (unknown !== undefined) {
  console.error(`There is no bench "${unknown}"; there are: ${BENCHES.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}
const chosen = BENCHES.filter(({ name }) => wanted.length === 0 || wanted.includes(name));

const machine = {
  date: new Date().toISOString().slice(0, 10),
  node: process.version,
  system: `${type()} ${process.arch}`,
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: cpus().length,
  memory_gb: Math.round(totalmem() / 2 ** 30),
};
const rows: Row[] = [];
for (const bench of chosen) {
  if (!values.json) console.error(`${bench.name}: ${bench.summary}`);
  rows.push(...(await bench.run(values.long ? LONG : FULL)));
}

if (values.json)
  console.log(JSON.stringify({ machine, rows: rows.map((row) => ({ ...row, met: meets(row) })) }, null, 2));
else {
  console.log(
    `\n${Object.values(machine)
      .join(' · ')
      .replace(/ · (\d+) · (\d+)$/, ' · $1 cores · $2 GB')}\n`,
  );
  console.log(values.markdown ? markdown(rows) : table(rows));
}
process.exitCode = rows.some((row) => meets(row) === false) ? 1 : 0;
