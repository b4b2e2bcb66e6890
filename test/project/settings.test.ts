import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { settingKey, settingKeys } from '../../src/cli/project/keys.ts';
import { shownValue } from '../../src/cli/project/shown.ts';
import { readUserSettings, userSettingsFile, writeUserSetting } from '../../src/cli/project/user-settings.ts';
import { keepOf, limitsOf } from '../../src/cli/project/workspace.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { startChild } from '../hosts/fixtures/child.ts';
import { temporaryFolder } from '../hosts/fixtures/folder.ts';
import { errorOf, type TestProject, testProject } from './fixtures/project.ts';

const STAGING = {
  name: 'demo',
  environments: { staging: { url: '${FM_S_URL}', api_key: '${FM_S_KEY:-none-at-all}' } },
};

function userFile(project: TestProject): string {
  return userSettingsFile(project.root, { XDG_CONFIG_HOME: project.config });
}

async function set(project: TestProject, key: string, value: string | number): Promise<void> {
  await writeUserSetting(userFile(project), project.root, key, value);
}

describe('which value counts', () => {
  it('is flag, then FM_ variable, then user setting, then flowmason.json, then default', async () => {
    const project = testProject({ name: 'demo', runs: { keep: 4 } });
    await set(project, 'runs.keep', 3);
    const flags = { 'runs.keep': '1' };
    const variables = { FM_RUNS_KEEP: '2' };
    expect(project.open(variables, flags).settings.get('runs.keep')).toBe(1);
    expect(project.open(variables).settings.get('runs.keep')).toBe(2);
    expect(project.open().settings.get('runs.keep')).toBe(3);
    await writeUserSetting(userFile(project), project.root, 'runs.keep', undefined);
    expect(project.open().settings.get('runs.keep')).toBe(4);
    expect(testProject().open().settings.get('runs.keep')).toBe(100);
    expect(testProject().open().settings.get('ai.model')).toBeUndefined();
  });

  it('explains value, source and what it hides', async () => {
    const project = testProject('{\n  "name": "demo",\n  "ai": { "model": "openai/a" }\n}');
    await set(project, 'ai.model', 'groq/b');
    expect(project.open({ FM_AI_MODEL: 'mock/c' }).settings.explain('ai.model')).toEqual({
      key: 'ai.model',
      summary: expect.any(String),
      variable: 'FM_AI_MODEL',
      value: { source: 'variable', where: 'FM_AI_MODEL', shown: 'mock/c' },
      hides: [
        { source: 'user', where: userFile(project), shown: 'groq/b' },
        { source: 'project', where: 'flowmason.json:3:20', shown: 'openai/a' },
      ],
      problem: undefined,
    });
  });

  it('takes an empty FM_ variable for one that is not set', () => {
    expect(
      testProject({ name: 'x', runs: { keep: 7 } })
        .open({ FM_RUNS_KEEP: '' })
        .settings.get('runs.keep'),
    ).toBe(7);
  });

  it.each([
    ['FM_RUNS_KEEP', 'many', 'runs.keep'],
    ['FM_LIMITS_STAGES', '2001', 'limits.stages'],
    ['FM_LIMITS_STAGES', '0', 'limits.stages'],
    ['FM_LIMITS_STAGES', '1e3', 'limits.stages'],
    ['FM_AI_MODEL', 'gpt', 'ai.model'],
    ['FM_SECRETS_BACKEND', 'redis', 'secrets.backend'],
    ['FM_TESTING_COVERAGE_STAGES', '101', 'testing.coverage.stages'],
  ])('says that %s=%s cannot be used', async (variable, value, key) => {
    const { settings } = testProject().open({ [variable]: value });
    expect(await errorOf(() => settings.get(key))).toMatchObject({
      code: 'INVALID_SETTING',
      exit: 2,
      message: expect.stringContaining(`it comes from ${variable}`),
    });
    expect(settings.explain(key).problem?.code).toBe('INVALID_SETTING');
  });
});

describe('variables in flowmason.json', () => {
  it('are put in when the value is needed, with their default when they are not set', () => {
    const { settings } = testProject(STAGING).open({ FM_S_URL: 'https://s.example.com' });
    expect(settings.get('staging.url')).toBe('https://s.example.com');
    expect(settings.get('staging.api_key')).toBe('none-at-all');
  });

  it('are not asked for by commands that do not need them', () => {
    expect(testProject(STAGING).open().settings.get('runs.keep')).toBe(100);
  });

  it('that are not set are an error with variable, file, line and how to set it', async () => {
    const project = testProject(STAGING);
    const error = await errorOf(() => project.open().settings.get('staging.url'));
    expect(error).toMatchObject({ code: 'VARIABLE_UNSET', hint: 'export FM_S_URL=…, or fm config set staging.url …' });
    expect(error.message).toMatch(/FM_S_URL is not set; flowmason\.json:\d+:\d+ needs it for `staging\.url`/);
    expect(project.open().settings.explain('staging.url')).toMatchObject({
      value: { source: 'project', shown: '${FM_S_URL}' },
      problem: { code: 'VARIABLE_UNSET' },
    });
  });

  it('may be overridden by user settings, and then need not be set', async () => {
    const project = testProject(STAGING);
    await set(project, 'staging.url', 'https://mine.example.com');
    expect(project.open().settings.get('staging.url')).toBe('https://mine.example.com');
  });

  it('may be part of a text, and `$${` is no variable', () => {
    const url = 'https://${HOST}/a?x=$${HOST}';
    const project = testProject({ name: 'x', environments: { staging: { url } } });
    expect(project.open({ HOST: 'h.example.com' }).settings.get('staging.url')).toBe(
      'https://h.example.com/a?x=${HOST}',
    );
  });

  it('are put in once: what a variable holds is not read again', () => {
    const project = testProject({ name: 'x', environments: { staging: { url: 'https://a.b', api_key: '${A}' } } });
    expect(project.open({ A: '${B}', B: 'secret' }).settings.get('staging.api_key')).toBe('${B}');
  });

  it('are checked like a value that was written', async () => {
    const project = testProject(STAGING);
    expect(await errorOf(() => project.open({ FM_S_URL: 'not a url' }).settings.get('staging.url'))).toMatchObject({
      code: 'INVALID_SETTING',
    });
  });
});

describe('keys', () => {
  it('may be written in full and with other names of environments', () => {
    const project = testProject(STAGING).open().project;
    for (const typed of ['production.url', 'prod.url', 'environments.prod.url', 'environments.production.url']) {
      expect(settingKey(typed, project).key).toBe('production.url');
    }
    expect(settingKey('stage.api_key', project)).toMatchObject({ key: 'staging.api_key', secret: true });
    expect(settingKey('eu-west.url', project)).toMatchObject({ key: 'eu-west.url', variable: 'FM_EU_WEST_URL' });
  });

  it.each([
    ['ai.modle', 'ai.model'],
    ['staging.ulr', 'staging.url'],
    ['stagin.url', 'staging.url'],
    ['secrets.backnd', 'secrets.backend'],
    ['limits.stage', 'limits.stages'],
    ['run.keep', 'runs.keep'],
  ])('the unknown %s is refused with the nearest one', async (typed, nearest) => {
    const { settings } = testProject(STAGING).open();
    expect(await errorOf(() => settings.get(typed))).toMatchObject({
      code: 'UNKNOWN_SETTING',
      exit: 2,
      hint: `Did you mean \`${nearest}\`?`,
    });
  });

  it.each(['', '.', 'url', 'ai', 'a.b.c', '__proto__.url', 'constructor', 'Staging.url', 'local.url'])(
    'nothing is called %j',
    async (typed) => {
      expect(await errorOf(() => testProject().open().settings.get(typed))).toMatchObject({ code: 'UNKNOWN_SETTING' });
    },
  );

  it('all work outside of a project, too', () => {
    for (const { key } of settingKeys(undefined)) expect(settingKey(key, undefined).key).toBe(key);
  });
});

describe('the list of settings', () => {
  it('has what something sets, with environments that only the user knows', async () => {
    const project = testProject({ name: 'x', runs: { keep: 5 } });
    await set(project, 'production.url', 'https://p.example.com');
    const list = project.open().settings.list();
    expect(list.find(({ key }) => key === 'runs.keep')?.value).toMatchObject({ source: 'project', shown: '5' });
    expect(list.find(({ key }) => key === 'production.url')?.value?.source).toBe('user');
    expect(list.find(({ key }) => key === 'limits.stages')?.value).toMatchObject({ source: 'default', shown: '2000' });
    expect(list.find(({ key }) => key === 'ai.model')).toBeUndefined();
  });
});

describe('what is shown', () => {
  it.each([
    ['fm_staging_abc_0123456789abcdef', false],
    ['sk-proj-0123456789abcdefghij', false],
    ['ghp_0123456789abcdefghij0123', false],
    ['eyJhbGciOiJIUzI1NiJ9.e30.abc', false],
    ['0a1b2c3d4e5f60718293a4b5c6d7e8f9', false],
    ['hunter2', true],
    ['a long pass phrase of words', true],
  ])('hides %s (secret key: %s)', (value, secret) => {
    const shown = shownValue(value, secret);
    expect(shown).not.toContain(value.slice(5));
    expect(value).not.toBe(shown);
  });

  it.each([
    ['https://flowmason.example.com/a/b?c=d', 'https://flowmason.example.com/a/b?c=d'],
    ['https://user:pass@example.com/x', 'https://***@example.com/x'],
    ['postgresql://u:p@db/x', 'postgresql://***@db/x'],
    ['openai/gpt-5-mini', 'openai/gpt-5-mini'],
    ['a\u001b[31mb', 'a\ufffd[31mb'],
  ])('shows %s as %s', (value, shown) => {
    expect(shownValue(value, false)).toBe(shown);
  });

  it('never has a key whole in explain and list', async () => {
    const project = testProject(STAGING);
    const key = 'fm_staging_k1_abcdefghijklmnop';
    await set(project, 'staging.api_key', key);
    const { settings } = project.open({ FM_S_KEY: 'another-secret-value-of-the-file', FM_STAGING_API_KEY: `${key}2` });
    const text = JSON.stringify([settings.explain('staging.api_key'), settings.list()]);
    expect(text).not.toContain(key.slice(6));
    expect(text).not.toContain('another-secret');
  });
});

describe('user settings', () => {
  it('live outside the project, readable by their owner only', async () => {
    const project = testProject();
    await set(project, 'ai.model', 'mock/echo');
    const file = userFile(project);
    expect(file.startsWith(join(project.config, 'flowmason', 'projects'))).toBe(true);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(file)).mode & 0o777).toBe(0o700);
    expect(readdirSync(project.root)).toEqual(['flowmason.json']);
  });

  it('belong to one project: another one of the same name does not see them', async () => {
    const [one, other] = [testProject(STAGING), testProject(STAGING)];
    await set(one, 'staging.api_key', 'fm_staging_k1_secret');
    expect(readUserSettings(userSettingsFile(other.root, { XDG_CONFIG_HOME: one.config })).values).toEqual({});
  });

  it('are where the XDG specification says', () => {
    expect(userSettingsFile('/p', { HOME: '/home/me' })).toBe('/home/me/.config/flowmason/projects/p/settings.json');
    expect(userSettingsFile('/p', { HOME: '/home/me', XDG_CONFIG_HOME: 'relative' })).toContain('/home/me/.config/');
    expect(userSettingsFile('/p', { XDG_CONFIG_HOME: '/etc/x' })).toBe('/etc/x/flowmason/projects/p/settings.json');
  });

  it('can be taken back, and a change that changes nothing writes nothing', async () => {
    const project = testProject();
    const file = userFile(project);
    expect(await writeUserSetting(file, project.root, 'ai.model', 'mock/echo')).toBe(true);
    expect(await writeUserSetting(file, project.root, 'ai.model', 'mock/echo')).toBe(false);
    expect(await writeUserSetting(file, project.root, 'ai.model', undefined)).toBe(true);
    expect(await writeUserSetting(file, project.root, 'ai.model', undefined)).toBe(false);
    expect(readUserSettings(file).values).toEqual({});
  });

  it.each(['"', '\\', '\n', '\u2028', '👩‍👩‍👧', '__proto__', '{{ x }}', '${HOME}', ' lead', 'x'.repeat(100_000)])(
    'give back %j unchanged',
    async (value) => {
      const project = testProject();
      await set(project, 'staging.api_key', value);
      expect(readUserSettings(userFile(project)).values['staging.api_key']).toBe(value);
      expect(project.open().settings.get('staging.api_key')).toBe(value);
    },
  );

  it('lose nothing when several processes write at once', async () => {
    const project = testProject();
    const children = Array.from({ length: 5 }, (_, i) => {
      return startChild('../../project/fixtures/write-settings.ts', [userFile(project), project.root, `p${i}`, '8']);
    });
    expect(await Promise.all(children.map((child) => child.line()))).toEqual(children.map(() => 'done'));
    expect(Object.keys(readUserSettings(userFile(project)).values)).toHaveLength(40);
  });

  it('are not stuck when a writer was killed', async () => {
    const project = testProject();
    const child = startChild('../../project/fixtures/write-settings.ts', [
      userFile(project),
      project.root,
      'a',
      '100000',
    ]);
    await expect.poll(() => existsSync(userFile(project))).toBe(true);
    await child.kill();
    await set(project, 'ai.model', 'mock/echo');
    expect(project.open().settings.get('ai.model')).toBe('mock/echo');
  });

  it('that are damaged are reported, not overwritten', async () => {
    const project = testProject();
    await set(project, 'ai.model', 'mock/echo');
    writeFileSync(userFile(project), '{ "settings": ');
    const expected = { code: 'INVALID_FILE', hint: expect.stringContaining('rm ') };
    expect(await errorOf(() => project.open())).toMatchObject(expected);
    expect(await errorOf(() => set(project, 'runs.keep', 1))).toMatchObject(expected);
    expect(readFileSync(userFile(project), 'utf8')).toBe('{ "settings": ');
  });

  it.skipIf(process.getuid?.() !== 0)('say so when the folder cannot be written', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'flowmason'));
    chmodSync(folder, 0o555);
    const args = [join(folder, 'flowmason', 'x', 'settings.json'), '/p', 'a', '1'];
    const child = startChild('../../project/fixtures/write-settings.ts', args, { uid: 65_534 });
    expect(await child.line()).toBe('FILE_SYSTEM');
  });
});

describe('what settings give', () => {
  it('are limits that are the defaults unless they were lowered', () => {
    const project = testProject({ name: 'x', limits: { stages: 10 } });
    expect(limitsOf(project.open({ FM_LIMITS_NESTING: '5' }).settings)).toEqual({
      ...DEFAULT_LIMITS,
      stages: 10,
      nesting: 5,
    });
  });

  it('is how many runs are kept, or for how long', () => {
    expect(keepOf(testProject().open().settings)).toEqual({ runs: 100 });
    expect(keepOf(testProject().open({ FM_RUNS_KEEP: '3' }).settings)).toEqual({ runs: 3 });
    expect(keepOf(testProject({ name: 'x', runs: { keep: '2d' } }).open().settings)).toEqual({ age: 172_800_000 });
  });
});
