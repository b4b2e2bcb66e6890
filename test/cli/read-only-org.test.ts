import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { asNobody, makeReadOnly } from '../setup/as-nobody.ts';
import { write } from './clones.ts';
import { Shop } from './shop.ts';

/** Every file with what is in it. */
function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => [join(parentPath, name), readFileSync(join(parentPath, name), 'base64')]),
  );
}

it('an org in a project that may only be read answers what is asked of it, and takes no change', async () => {
  const shop = new Shop();
  write(shop, 'pay', 'first');
  await shop.fm('push');
  await shop.fm('run', 'pay', '--org', 'local');
  await shop.fm('vars', 'set', 'region=eu', '--org', 'local');
  write(shop, 'pay', 'second');
  await shop.fm('push');
  write(shop, 'pay', 'third');
  onTestFinished(makeReadOnly(shop.root));
  const before = contents(shop.root);

  const reads: [string, string][] = [
    ['status', 'pay'],
    ['history', '#2'],
    ['diff org:local', 'pay'],
    ['runs list --org local', 'succeeded'],
    ['runs show last --org local', 'succeeded'],
    ['runs logs last --org local', 'first'],
    ['vars list --org local', 'region'],
    ['vars get region --org local', 'eu'],
    ['triggers list --org local', ''],
    ['audit --org local', 'deployments.push'],
    ['audit verify --org local', 'whole'],
    ['org list', '#2'],
    ['push --dry-run', 'pay'],
    ['pull --dry-run --theirs', ''],
    ['rollback #1 --dry-run', '#1'],
    ['run pay --org local --dry-run', 'would start'],
    ['runs replay last --org local --dry-run', 'would start'],
    ['vars set region=us --org local --dry-run', 'region'],
  ];
  for (const [line, said] of reads) {
    const answer = await asNobody(() => shop.fm(...line.split(' ')));
    expect([line, answer.code, answer.stderr]).toEqual([line, 0, expect.not.stringContaining('READ_ONLY')]);
    expect([line, answer.stdout]).toEqual([line, expect.stringContaining(said)]);
  }
  for (const line of [
    'push',
    'rollback #1',
    'run pay --org local',
    'runs replay last --org local',
    'vars set region=us --org local',
    'vars unset region --org local',
  ]) {
    const answer = await asNobody(() => shop.fm(...line.split(' ')));
    expect([line, answer.code, answer.stderr]).toEqual([
      line,
      1,
      expect.stringMatching(/DATABASE_READ_ONLY.*flowmason\.db.*may not write/),
    ]);
  }
  expect(contents(shop.root)).toEqual(before);
});
