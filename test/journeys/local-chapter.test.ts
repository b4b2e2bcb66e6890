import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isObject } from '../../src/core/json.ts';
import { Shell } from '../readme/shell.ts';

const PIPELINE = 'pipelines/my-pipeline.pipeline.json';

/** The words of `fm history --json` that the journey looks at. */
interface Entry {
  readonly number: number;
  readonly kind: string;
  readonly version: string;
  readonly release: string;
  readonly active: boolean;
  readonly commit: string | null;
}

/** The local chapter of the deployment model, typed word for word by two people who share one org. */
describe('the local chapter', () => {
  const shell = new Shell();
  afterAll(() => shell.remove());
  const home = shell.folder;
  const [mine, theirs] = [join(home, 'my-project'), join(home, 'their-project')];

  /** Types a command that has to succeed. */
  const ok = (command: string): string => {
    const printed = shell.type(command);
    expect(shell.type('echo $?'), `${command}\n${printed}`).toBe('0\n');
    return printed;
  };
  const read = (folder: string): string => readFileSync(join(folder, PIPELINE), 'utf8');
  /** What an editor does: one place of the text is another. */
  const edit = (folder: string, from: string, to: string): void => {
    const text = read(folder);
    expect(text).toContain(from);
    writeFileSync(join(folder, PIPELINE), text.replace(from, to));
  };
  const history = (): readonly Entry[] => {
    const { deployments } = JSON.parse(ok('fm history --org local --json'));
    return deployments;
  };
  const result = (): unknown => {
    const document: unknown = JSON.parse(ok('fm run my-pipeline --org local --json 2>/dev/null'));
    expect(document).toMatchObject({ pipeline: 'my-pipeline', status: 'succeeded' });
    return isObject(document) ? document.result : undefined;
  };
  const original = { revenue: 220 };

  it('1. Local development: a project, an edit, a run', () => {
    ok('git config --global user.name Ada && git config --global user.email ada@example.com');
    ok('git config --global init.defaultBranch main');
    ok('fm init my-project');
    ok('cd my-project');
    ok('git init -q && git add -A && git commit -qm "Begin"');
    edit(mine, 'Adds up what each customer has paid.', 'Adds up what customers have paid.');
    expect(ok('fm run pipelines/my-pipeline.pipeline.json')).toContain('"revenue": 220');
    ok('git commit -qam "Say it shorter"');
  });

  it('2. Local org: push, run from it, pull', () => {
    const printed = ok('fm push');
    expect(printed).toContain('flowmason.db');
    expect(result()).toMatchObject(original);
    expect(ok('fm push')).toContain('nothing to do');
    expect(ok('git status --porcelain')).toBe('');
    const [first, ...others] = history();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ number: 1, kind: 'push', active: true });
    expect(first?.commit).toBe(ok('git rev-parse HEAD').trim());
    const before = read(mine);
    ok('fm pull');
    expect(read(mine)).toBe(before);
    expect(ok('fm status')).toContain('in sync');
  });

  it('gets what somebody else has pushed to the org, into a file that was edited meanwhile', () => {
    ok(`git clone -q '${mine}' '${theirs}'`);
    ok(`cd '${theirs}'`);
    ok(`fm config set local.database 'sqlite:///${join(mine, 'flowmason.db')}'`);
    expect(ok('fm status')).toContain('in sync');
    edit(theirs, "item.status == 'paid'", "item.status != 'cancelled'");
    edit(theirs, '"version": "0.1.0"', '"version": "0.2.0"');
    expect(ok('fm push')).toContain('0.1.0');
    expect(result()).toMatchObject({ revenue: 520 });

    ok(`cd '${mine}'`);
    edit(mine, 'One entry per customer, the largest first.', 'An entry per customer.');
    const refused = shell.type('fm push');
    expect(shell.type('echo $?'), refused).toBe('5\n');
    expect(refused).toContain('fm pull');
    ok('fm pull');
    const merged = read(mine);
    expect(merged).toContain("item.status != 'cancelled'");
    expect(merged).toContain('An entry per customer.');
    ok('git commit -qam "Take what was changed in the org"');
    ok('fm push');
    expect(result()).toMatchObject({ revenue: 520 });
  });

  it('goes back by files: git revert, push', () => {
    ok('git revert --no-edit HEAD');
    ok('fm push');
    expect(result()).toMatchObject(original);
    expect(history().map(({ kind }) => kind)).toEqual(['push', 'push', 'push', 'push']);
  });

  it('goes back by the database: rollback --previous, and back again', () => {
    const before = history();
    ok('fm rollback --previous --org local');
    const [now] = history();
    expect(now).toMatchObject({ kind: 'rollback', release: before[1]?.release, active: true });
    expect(result()).toMatchObject({ revenue: 520 });
    ok('fm rollback --previous --org local');
    expect(history()[0]).toMatchObject({ kind: 'rollback', release: before[0]?.release, active: true });
    expect(result()).toMatchObject(original);
    ok('fm rollback "#1" --org local');
    expect(result()).toMatchObject(original);
    expect(ok('fm status')).toContain('in sync');
  });
});
