import { describe, expect, it } from 'vitest';
import { Project } from './project.ts';

const component = (name: string, run: string): string =>
  `import { defineComponent } from 'flowmason/component';
import * as v from 'valibot';
export default defineComponent({ name: '${name}', version: '1.0.0', summary: 'Misbehaves.', effects: true,
  config: v.strictObject({}), output: v.any(), run() { ${run} } });
`;

describe('a component that misbehaves', () => {
  it('prints on stderr, so that stdout stays one document', async () => {
    const project = new Project();
    project.write('components/chatty.ts', component('chatty', "console.log('look at me'); return { done: true };"));
    project.pipeline('talk', [{ id: 'a', component: 'chatty', config: {} }]);
    const ended = await project.fm(['run', 'talk', '--json']);
    expect(ended.code).toBe(0);
    expect(JSON.parse(ended.stdout)).toMatchObject({ status: 'succeeded', result: { done: true } });
    expect(ended.stderr).toContain('look at me');
  });

  it('cannot end the process as if the run were done', async () => {
    const project = new Project();
    project.write('components/quitter.ts', component('quitter', 'process.exit(0);'));
    project.pipeline('quit', [{ id: 'a', component: 'quitter', config: {} }]);
    const ended = await project.fm(['run', 'quit', '--quiet']);
    expect(ended).toMatchObject({ code: 1, stdout: '' });
    expect(ended.stderr).toContain('A component ended the process in the middle of the run');
    expect((await project.fm(['runs', 'list'])).stdout).toContain('interrupted');
  });
});

describe('the timeout of a run', () => {
  it('also ends stages that follow each other without a pause', async () => {
    const project = new Project();
    const slow = 'const until = Date.now() + 30; while (Date.now() < until); return {};';
    project.write('components/busy.ts', component('busy', slow));
    const stages = ['a', 'b', 'c'].map((id, i) => ({
      id,
      component: 'busy',
      config: {},
      depends_on: i === 0 ? [] : [['a', 'b', 'c'][i - 1] as string],
    }));
    project.pipeline('work', stages);
    const ended = await project.fm(['run', 'work', '--json', '--timeout', '20ms']);
    expect(ended.code).toBe(1);
    expect(JSON.parse(ended.stdout)).toMatchObject({
      status: 'failed',
      error: { type: 'TIMEOUT', code: 'run_timeout' },
    });
  });
});
