import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Shell } from '../readme/shell.ts';
import { newKey } from '../server/shop-servers.ts';
import { openStages, type Stages } from './stages.ts';
import { readWorkflow } from './workflow.ts';

const PIPELINE = 'pipelines/my-pipeline.pipeline.json';

interface Entry {
  readonly number: number;
  readonly kind: string;
  readonly version: string;
  readonly forced: boolean;
  readonly active: boolean;
  readonly commit: string | null;
  readonly release: string;
}

let stages: Stages;
beforeAll(async () => {
  stages = await openStages();
});
afterAll(() => stages?.end());

/** A shell with a project in it, and what is typed there. */
function project() {
  const shell = new Shell();
  afterAll(() => shell.remove());
  const root = join(shell.folder, 'my-project');
  const typed = (command: string): { printed: string; status: string } => {
    const printed = shell.type(command);
    return { printed, status: shell.type('echo $?').trim() };
  };
  /** Types a command that has to end with this code. */
  const ends = (code: number, command: string): string => {
    const { printed, status } = typed(command);
    expect(status, `${command}\n${printed}`).toBe(String(code));
    return printed;
  };
  const ok = (command: string): string => ends(0, command);
  /** What an editor does: one place of a file is another. */
  const edit = (file: string, from: string, to: string): void => {
    const text = readFileSync(join(root, file), 'utf8');
    expect(text).toContain(from);
    writeFileSync(join(root, file), text.replace(from, to));
  };
  const history = (env: string): readonly Entry[] => {
    const { deployments } = JSON.parse(ok(`fm history --env ${env} --json 2>/dev/null`));
    return deployments;
  };
  const revenue = (env: string): number => {
    const { result } = JSON.parse(ok(`fm run my-pipeline --env ${env} --json 2>/dev/null`));
    return result.revenue;
  };
  const begin = (): void => {
    ok('git config --global user.name Ada && git config --global user.email ada@example.com');
    ok('git config --global init.defaultBranch main');
    ok('fm init my-project');
    ok('cd my-project');
    edit('flowmason.json', '"version": "0.1.0"', '"version": "1.2.3"');
    ok('git init -q && git add -A && git commit -qm "Begin"');
  };
  return { shell, root, ok, ends, edit, history, revenue, begin };
}

describe('the chapters of staging and production', () => {
  const { shell, ok, ends, edit, history, revenue, begin } = project();

  it('3. Deploy to staging', () => {
    begin();
    shell.variables.STAGING_API_KEY = stages.staging.key;
    expect(ends(2, 'fm deploy staging')).toContain('FM_STAGING_URL');
    ok(`fm config set staging.url ${stages.staging.url}`);
    ok('fm config set staging.api_key $STAGING_API_KEY');
    delete shell.variables.STAGING_API_KEY;
    const printed = ok('fm deploy staging');
    expect(printed).toMatch(/^target: staging http:/);
    expect(printed).toContain('#1 deploy 1.2.3');
    expect(revenue('staging')).toBe(220);
    expect(ok('fm run my-pipeline --env staging')).toContain('"revenue": 220');
    expect(history('staging')).toMatchObject([
      { kind: 'deploy', active: true, commit: ok('git rev-parse HEAD').trim() },
    ]);
    expect(ok('fm deploy staging')).toContain('nothing to do');
    expect(ok('git status --porcelain')).toBe('');
  });

  it('4. Promote to production', async () => {
    ok(`fm config set production.url ${stages.production.url}`);
    ok(`fm config set production.api_key ${stages.production.key}`);
    expect(ends(5, 'fm deploy prod')).toContain('Try: fm promote production');
    expect(ok('fm promote prod')).toContain('#1 promote 1.2.3');
    expect(revenue('prod')).toBe(220);
    expect(history('prod')).toMatchObject([{ kind: 'promote', release: history('staging')[0]?.release }]);
    expect(ok('fm promote prod')).toContain('nothing to do');
    expect(ok('fm drift prod')).toContain('what staging has');
  });

  it('or deploy directly (not recommended)', async () => {
    edit(PIPELINE, "item.status == 'paid'", "item.status != 'cancelled'");
    edit('flowmason.json', '"version": "1.2.3"', '"version": "1.3.0"');
    expect(ends(5, 'fm deploy prod --force')).toContain('deploy:force');
    ok(
      `fm config set production.api_key ${await newKey(stages.production, ['deploy', 'deploy:force', 'releases:read', 'runs:read', 'runs:write'])}`,
    );
    expect(ok('fm deploy prod --force')).toContain('#2 deploy 1.3.0');
    expect(revenue('prod')).toBe(520);
    expect(history('prod')[0]).toMatchObject({ kind: 'deploy', forced: true });
    expect(ends(1, 'fm drift prod')).toContain('DRIFT_FOUND');
  });

  it('goes back from the database', () => {
    const listed = ok('fm history --env prod');
    expect(listed).toContain('1.2.3');
    expect(listed).toContain('1.3.0');
    expect(ok('fm rollback v1.2.3 --env prod')).toContain('1.2.3');
    expect(revenue('prod')).toBe(220);
    expect(ok('fm rollback --previous --env prod')).toContain('1.3.0');
    expect(revenue('prod')).toBe(520);
    ok('fm rollback v1.2.3 --env prod');
    expect(history('prod').map(({ kind, version, active }) => ({ kind, version, active }))).toEqual([
      { kind: 'rollback', version: '1.2.3', active: true },
      { kind: 'rollback', version: '1.3.0', active: false },
      { kind: 'rollback', version: '1.2.3', active: false },
      { kind: 'deploy', version: '1.3.0', active: false },
      { kind: 'promote', version: '1.2.3', active: false },
    ]);
    // What was rolled away from does not come back by a rerun.
    ok('fm deploy staging');
    expect(ends(5, 'fm promote prod')).toContain('ROLLED_BACK');
  });
});

describe('the workflow that fm init writes', () => {
  const { shell, root, ok, edit, history, begin } = project();
  const known: Record<string, string> = {};

  /** Does what GitHub does with a push to main; answers the jobs that succeeded, and what the last one printed. */
  const pushed = (between: (job: string) => void = () => {}): { done: string[]; printed: string } => {
    const done: string[] = [];
    for (const { name, env, condition, steps } of readWorkflow(root)) {
      const values = Object.entries(env).map(([variable, from]): [string, string] => [variable, known[from] ?? '']);
      if (condition && !condition.split(' && ').every((part) => holds(part))) continue;
      between(name);
      for (const variable of Object.keys(shell.variables)) delete shell.variables[variable];
      Object.assign(shell.variables, { CI: 'true', GITHUB_ACTIONS: 'true', ...Object.fromEntries(values) });
      ok(`cd && rm -rf ~/runner ~/.config && git clone -q '${root}' ~/runner && cd ~/runner`);
      for (const step of steps) {
        const printed = shell.type(step);
        if (shell.type('echo $?') !== '0\n') return { done, printed: `${step}\n${printed}` };
      }
      done.push(name);
    }
    return { done, printed: '' };
  };
  const holds = (part: string): boolean => {
    const variable = /^vars\.(\w+) != ''$/.exec(part)?.[1];
    return variable === undefined
      ? part === "github.ref == 'refs/heads/main'"
      : (known[`vars.${variable}`] ?? '') !== '';
  };

  it('tests, and nothing more before the environments are set up', () => {
    begin();
    const npx = join(shell.folder, '.tools/npx');
    writeFileSync(npx, '#!/bin/sh\n[ "$1" = flowmason ] || exit 99\nshift\nexec fm "$@"\n');
    chmodSync(npx, 0o755);
    expect(pushed()).toEqual({ done: ['test'], printed: '' });
  });

  it('deploys to staging and promotes to production, each with its own credentials alone', async () => {
    Object.assign(known, {
      'vars.FM_STAGING_URL': stages.staging.url,
      'secrets.FM_STAGING_KEY': await newKey(stages.staging, ['deploy', 'releases:read']),
      'vars.FM_PROD_URL': stages.production.url,
      'secrets.FM_PROD_KEY': await newKey(stages.production, ['deploy', 'releases:read']),
    });
    edit(PIPELINE, 'Adds up what each customer has paid.', 'Adds up what customers have paid.');
    edit('flowmason.json', '"version": "1.2.3"', '"version": "2.0.0"');
    ok(`cd '${root}' && git commit -qam "Say it shorter"`);
    expect(pushed()).toEqual({ done: ['test', 'staging', 'production'], printed: '' });
    Object.assign(shell.variables, {
      FM_PROD_URL: known['vars.FM_PROD_URL'],
      FM_PROD_KEY: known['secrets.FM_PROD_KEY'],
    });
    ok(`cd '${root}'`);
    const commit = ok('git rev-parse HEAD').trim();
    expect(history('prod')[0]).toMatchObject({ kind: 'promote', version: '2.0.0', active: true, commit });
    // Run once more it finds nothing to do.
    expect(pushed()).toEqual({ done: ['test', 'staging', 'production'], printed: '' });
  });

  it('promotes nothing else than what it tested: when staging has moved on, it says so', () => {
    ok(`cd '${root}'`);
    edit(PIPELINE, 'Adds up what customers have paid.', 'Adds up.');
    ok('git commit -qam "Say it shorter still"');
    const { done, printed } = pushed((job) => {
      if (job !== 'production') return;
      Object.assign(shell.variables, {
        FM_STAGING_URL: known['vars.FM_STAGING_URL'],
        FM_STAGING_KEY: known['secrets.FM_STAGING_KEY'],
      });
      ok('fm rollback --previous --env staging');
    });
    expect(done).toEqual(['test', 'staging']);
    expect(printed).toContain('SOURCE_MOVED');
  });
});
