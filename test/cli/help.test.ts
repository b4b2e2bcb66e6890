import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import manifest from '../../oclif.manifest.json' with { type: 'json' };
import { COMMANDS } from '../../src/cli/commands/index.ts';
import { EXITS } from '../../src/cli/exits.ts';
import { ROOT, tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';

interface Described {
  readonly id: string;
  readonly summary?: string;
  readonly examples?: readonly string[];
  readonly exits?: readonly number[];
}

const DESCRIBED: readonly Described[] = Object.values(manifest.commands);

describe('the registry and the manifest', () => {
  it('name every command file, and nothing else', () => {
    const folder = join(ROOT, 'src', 'cli', 'commands');
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
    const ids = files.map((file) => file.replace(/\.ts$/, '').replaceAll('/', ':'));
    expect(Object.keys(COMMANDS).sort()).toEqual(ids.filter((id) => id !== 'index' && id !== 'all').sort());
    expect(Object.keys(manifest.commands).sort()).toEqual(Object.keys(COMMANDS).sort());
  });

  it('are fresh: `node build.ts --manifest` would write the same', () => {
    const fresh = execFileSync(process.execPath, ['build.ts', '--print-manifest'], { cwd: ROOT, encoding: 'utf8' });
    expect(readFileSync(join(ROOT, 'oclif.manifest.json'), 'utf8')).toBe(fresh);
  });
});

describe('help', () => {
  it.each(DESCRIBED)('of $id begins with an example and lists exit codes', async ({ id, summary, examples, exits }) => {
    const words = id.split(':');
    const { code, stdout, stderr } = await shell(tempFolder())(...words, '--help');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, 2)).toEqual(['EXAMPLES', `  $ ${examples?.[0]}`]);
    expect(examples?.[0]).toMatch(new RegExp(`^fm ${words.join(' ')}\\b`));
    expect(stdout).toContain(summary);
    for (const exit of [0, 2, ...(exits ?? [])])
      expect(stdout).toMatch(new RegExp(`^ {2}${exit} +${EXITS[exit]?.slice(0, 10)}`, 'm'));
    expect(Math.max(...stdout.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('can be asked for in four ways', async () => {
    const fm = shell(tempFolder());
    const { stdout } = await fm('config', 'set', '--help');
    expect((await fm('config', 'set', 'x', '-h')).stdout).toBe(stdout);
    expect((await fm('help', 'config', 'set')).stdout).toBe(stdout);
    expect((await fm('help', 'config')).stdout).toContain('config set');
    expect((await fm('config')).stdout).toContain('config set');
  });

  it('of fm itself begins with what to type first, and lists every command', async () => {
    const fm = shell(tempFolder());
    const { code, stdout } = await fm();
    expect(code).toBe(0);
    expect(stdout).toContain('START HERE\n  $ fm init my-project ');
    for (const { id, summary } of DESCRIBED.filter((command) => !command.id.includes(':'))) {
      expect(stdout).toContain(`${id} `);
      expect(stdout).toContain(summary);
    }
    expect((await fm('--help')).stdout).toBe(stdout);
    expect((await fm('help')).stdout).toBe(stdout);
  });
});

describe('the first example of every command works', () => {
  it('in a new project, after its pipeline ran and two releases of it were pushed', async () => {
    const folder = tempFolder();
    const fm = shell(folder);
    expect(await fm('init', 'my-project')).toMatchObject({ code: 0 });
    const inside = shell(join(folder, 'my-project'));
    expect(await inside('run', 'my-pipeline')).toMatchObject({ code: 0 });
    expect(await inside('config', 'set', 'ai.model', 'mock/echo')).toMatchObject({ code: 0 });
    expect(await inside('push')).toMatchObject({ code: 0 });
    const project = join(folder, 'my-project', 'flowmason.json');
    writeFileSync(project, readFileSync(project, 'utf8').replace(/"version": "[^"]*"/, '"version": "1.1.0"'));
    expect(await inside('push')).toMatchObject({ code: 0 });
    expect(await inside('vars', 'set', 'region=eu')).toMatchObject({ code: 0 });
    // A run that succeeded cannot go on, nobody waits for a signal in it, and what this process has open is not deleted:
    // tests of runs and orgs show these, and those of servers what needs one.
    const elsewhere = ['runs:resume', 'runs:signal', 'org:delete', 'serve', 'worker'];
    for (const { id, examples } of DESCRIBED) {
      if (
        elsewhere.includes(id) ||
        id === 'init' ||
        /--env|^fm (env (?!list)|deploy |promote |drift )/.test(examples?.[0] ?? '')
      )
        continue;
      const line = examples?.[0] ?? '';
      const { code, stderr } = await inside(...line.split(' ').slice(1));
      expect({ line, code, stderr: code === 0 ? '' : stderr }).toEqual({ line, code: 0, stderr: '' });
    }
  });
});
