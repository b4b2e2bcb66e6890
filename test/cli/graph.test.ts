import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { StageView } from '../../src/cli/actions/graph.ts';
import { drawLanes } from '../../src/cli/print/graph-lanes.ts';
import { tempFolder } from '../setup/fm.ts';
import { shell } from '../setup/in-process.ts';

const log = (id: string, ...depends_on: string[]) => ({ id, component: 'logger', config: { message: id }, depends_on });

const PIPELINE = {
  name: 'shop',
  stages: [
    log('start'),
    log('left', 'start'),
    log('right', 'start'),
    { ...log('both', 'left', 'right'), name: 'After both' },
    {
      id: 'choose',
      component: 'conditional',
      config: { condition: 'input.x == 1', true_branch: 'yes', false_branch: ['no'] },
      depends_on: ['both'],
    },
    { ...log('yes'), when: 'input.y == 2' },
    log('no'),
    { id: 'each', component: 'foreach', config: { items: [1], loop_stages: ['a-b', 'a_b'] }, depends_on: ['both'] },
    log('a-b'),
    log('a_b', 'a-b'),
  ],
};

function file(): string {
  const folder = tempFolder();
  writeFileSync(join(folder, 'shop.pipeline.json'), JSON.stringify(PIPELINE));
  return folder;
}

describe('fm graph', () => {
  it('draws lanes from each stage to those that wait for it, and bodies inside their owner', async () => {
    const { code, stdout } = await shell(file())('graph', './shop.pipeline.json');
    expect(code).toBe(0);
    expect(stdout).toBe(`shop 0.1.0

●      start   logger
├─●    left    logger
● │    right   logger
●─╯    both    logger       After both
├─◆    choose  conditional
│ ├─●  yes     logger       if choose is true; when input.y == 2
│ ●    no      logger       if choose is false
◉      each    foreach
         loop_stages
           ●  a-b  logger
           ●  a_b  logger
`);
  });

  it('is Mermaid with subgraphs, diamonds and branch labels', async () => {
    const { stdout } = await shell(file())('graph', './shop.pipeline.json', '--format', 'mermaid');
    expect(stdout).toContain('flowchart TD\n');
    expect(stdout).toContain('s_choose{"choose<br/>conditional"}');
    expect(stdout).toContain('s_choose -->|"true"| s_yes\n');
    expect(stdout).toContain('subgraph s_each ["each<br/>foreach"]');
    const ids = [...stdout.matchAll(/^ *(s_\w+)[[{]"a[-_]b/gm)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(2);
  });

  it('is DOT with clusters', async () => {
    const { stdout } = await shell(file())('graph', './shop.pipeline.json', '-f', 'dot');
    expect(stdout).toMatch(/^digraph "shop" \{\n/);
    expect(stdout).toContain('"choose" -> "yes" [label="true"];');
    expect(stdout).toContain('label="each: loop_stages"; style=dashed;');
    expect(stdout.match(/\{/g)?.length).toBe(stdout.match(/\}/g)?.length);
  });

  it('is data, by --format json and by --json', async () => {
    const fm = shell(file());
    const answer = await fm('graph', './shop.pipeline.json', '--format', 'json');
    expect(answer.json()).toMatchObject({ pipeline: 'shop', version: '0.1.0' });
    expect(answer.json()).toHaveProperty('stages.4', expect.objectContaining({ id: 'choose', depends_on: ['both'] }));
    expect((await fm('graph', './shop.pipeline.json', '--json')).json()).toEqual(answer.json());
  });
});

describe('lanes', () => {
  const stage = (id: string, ...depends_on: string[]): StageView => ({
    ...{
      id,
      component: 'logger',
      name: null,
      depends_on,
      gate: null,
      when: null,
      final: false,
      calls: null,
      bodies: [],
    },
  });
  const drawn = (...stages: StageView[]) => drawLanes(stages)?.map(({ cells }) => cells.trimEnd());
  let wide: StageView[];
  beforeAll(() => {
    wide = Array.from({ length: 40 }, (_, i) => stage(`s${i}`));
  });

  it('a chain is straight, roots stand beside it', () => {
    expect(drawn(stage('a'), stage('b', 'a'), stage('c', 'b'))).toEqual(['●', '●', '●']);
    expect(drawn(stage('a'), stage('b'))).toEqual(['●', '  ●']);
  });

  it('lanes that end join, lanes that go on pass', () => {
    expect(drawn(stage('a'), stage('b', 'a'), stage('c', 'a'), stage('d', 'b', 'c'))).toEqual([
      '●',
      '├─●',
      '● │',
      '●─╯',
    ]);
    expect(drawn(stage('a'), stage('b'), stage('c'), stage('d', 'a', 'c'), stage('e', 'b', 'd'))).toEqual([
      '●',
      '│ ●',
      '│ │ ●',
      '●─│─╯',
      '●─╯',
    ]);
  });

  it('what is too wide is not drawn but listed', () => {
    expect(drawLanes([...wide, stage('end', ...wide.map(({ id }) => id))])).toBeUndefined();
  });
});
