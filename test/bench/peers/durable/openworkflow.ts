import { OpenWorkflow } from 'openworkflow';
import { BackendPostgres } from 'openworkflow/postgres';
import { type DurableEngine, STEPS, versionOf } from './engine.ts';

/** A workflow and a worker as its pages show them; the runs are queued before the worker starts. */
export const engine: DurableEngine = {
  versions: { openworkflow: versionOf('openworkflow') },

  async open(url, atOnce) {
    const backend = await BackendPostgres.connect(url);
    const client = new OpenWorkflow({ backend });
    const ten = client.defineWorkflow({ name: 'ten' }, async ({ step }) => {
      let value = 0;
      for (let i = 0; i < STEPS; i++) {
        const before = value;
        value = await step.run({ name: `s${i}` }, async () => before + 1);
      }
      return value;
    });
    return {
      async execute(runs) {
        const handles = [];
        for (let i = 0; i < runs; i++) handles.push(await ten.run());
        const worker = client.newWorker({ concurrency: atOnce });
        const from = performance.now();
        await worker.start();
        for (const handle of handles)
          if ((await handle.result()) !== STEPS) throw new Error('a workflow ended with another value');
        const ms = performance.now() - from;
        await worker.stop();
        return ms;
      },
    };
  },
};
