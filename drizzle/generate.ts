// node drizzle/generate.ts NAME   writes the next migration of both dialects: what the tables say now and the last
// migrations do not. A migration never changes after a release, and works beside the version before.
import { readdirSync, writeFileSync } from 'node:fs';
import { FOLDERS, pathIn, pending } from './pending.ts';
import { STEPS_FILE, stepsModule } from './steps.ts';

const [name = ''] = process.argv.slice(2);
if (!/^[a-z][a-z0-9-]*$/.test(name)) {
  console.error('Usage: node drizzle/generate.ts NAME   (letters, digits and hyphens)');
  process.exit(2);
}
for (const folder of FOLDERS) {
  const { statements, snapshot } = await pending(folder);
  if (statements.length === 0) continue;
  const number = readdirSync(pathIn(folder, '.')).filter((file) => file.endsWith('.sql')).length + 1;
  const file = `${String(number).padStart(4, '0')}-${name}.sql`;
  writeFileSync(pathIn(folder, file), `${statements.join('\n--> statement-breakpoint\n')}\n`);
  writeFileSync(pathIn(folder, 'snapshot.json'), `${JSON.stringify(snapshot, null, 2)}\n`);
  console.log(`drizzle/${folder}/${file}`);
}
writeFileSync(STEPS_FILE, stepsModule());
