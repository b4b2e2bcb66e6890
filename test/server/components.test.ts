import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { fm as program, tempFolder } from '../setup/fm.ts';
import { launchServer, type ServerProcess } from './server-process.ts';
import { Checkout } from './shop-servers.ts';

const SLUG = `import { defineComponent } from 'flowmason/component';
import * as v from 'valibot';

export default defineComponent({
  name: 'slug',
  version: '1.0.0',
  summary: 'Turns a title into a piece of a URL.',
  effects: false,
  config: v.strictObject({ title: v.string() }),
  output: v.strictObject({ slug: v.string() }),
  run: ({ title }) => ({ slug: title.toLowerCase().replaceAll(' ', '-') }),
});
`;

const serve = (flags: readonly string[]): Promise<ServerProcess> =>
  launchServer(
    tempFolder(),
    { FM_ENVIRONMENT: 'staging' },
    (child) => onTestFinished(() => void child.kill('SIGKILL')),
    flags,
  );

it('a server checks and executes what uses a component of the folder that it is told, and says so where it is told none', async () => {
  const checkout = new Checkout();
  mkdirSync(join(checkout.root, 'components'));
  writeFileSync(join(checkout.root, 'components/slug.ts'), SLUG);
  const stages = [{ id: 'slug', component: 'slug', config: { title: 'Grace Hopper' } }];
  checkout.write('pipelines/publish.pipeline.json', {
    name: 'publish',
    stages,
    result: '{{ stages.slug.output.slug }}',
  });

  const bare = await serve([]);
  const refused = await checkout.with({ FM_STAGING_URL: bare.url, FM_STAGING_KEY: bare.key })('deploy staging');
  expect(refused).toMatchObject({
    code: 5,
    stderr: expect.stringMatching(
      /COMPONENT_UNKNOWN .*`slug` 1\.0\.0\nTry: .*fm serve --project DIR, fm worker --project DIR/,
    ),
  });

  const able = await serve(['--project', checkout.root]);
  const fm = checkout.with({ FM_STAGING_URL: able.url, FM_STAGING_KEY: able.key });
  expect(await fm('deploy staging')).toMatchObject({ code: 0 });
  expect(await fm('run publish --env staging --quiet')).toMatchObject({ code: 0, stdout: '"grace-hopper"\n' });
});

it.each([
  [
    [],
    {},
    'USAGE  Workers share .* expected it in FM_DATABASE_URL, found none\nTry: export FM_DATABASE_URL=postgresql:',
  ],
  [[], { FM_DATABASE_URL: 'sqlite:///x.db' }, 'USAGE  Workers share .*, found sqlite:///x\\.db\nTry: export '],
  [
    ['--drain', 'soon'],
    {},
    'USAGE  --drain: expected a duration such as 25s, found `soon`\nTry: fm worker --drain 25s',
  ],
])('fm worker %j with %j says what it needs', async (flags, env, message) => {
  const { code, stderr } = await program(['worker', ...flags], { cwd: tempFolder(), env });
  expect([code, stderr]).toEqual([2, expect.stringMatching(new RegExp(message))]);
});

it.each(['serve', 'worker'])('fm %s says that it is told a folder that is none', async (command) => {
  const folder = tempFolder();
  writeFileSync(join(folder, 'file'), '');
  for (const [typed, found] of [
    ['gone', 'nothing'],
    ['file', 'a file'],
  ]) {
    const { code, stderr } = await program([command, '--project', String(typed)], { cwd: folder });
    expect([code, stderr]).toEqual([
      2,
      `USAGE  --project: expected a folder, found ${found} at \`${join(folder, String(typed))}\`\nTry: fm ${command} --project .\n`,
    ]);
  }
});
