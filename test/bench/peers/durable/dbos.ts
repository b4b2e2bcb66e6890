import { DBOS } from '@dbos-inc/dbos-sdk';
import { type DurableEngine, STEPS, versionOf } from './engine.ts';

const ten = DBOS.registerWorkflow(
  async () => {
    let value = 0;
    for (let i = 0; i < STEPS; i++) {
      const before = value;
      value = await DBOS.runStep(async () => before + 1, { name: `s${i}` });
    }
    return value;
  },
  { name: 'ten' },
);

/** Workflows as its pages show them, called directly: its queues would only add to what they take. */
export const engine: DurableEngine = {
  versions: { '@dbos-inc/dbos-sdk': versionOf('@dbos-inc/dbos-sdk') },

  async open(url, atOnce) {
    DBOS.setConfig({ name: 'bench', systemDatabaseUrl: url, systemDatabasePoolSize: 20, logLevel: 'error' });
    await DBOS.launch();
    return {
      async execute(runs) {
        let left = runs;
        const from = performance.now();
        const lane = async (): Promise<void> => {
          while (left-- > 0) if ((await ten()) !== STEPS) throw new Error('a workflow ended with another value');
        };
        await Promise.all(Array.from({ length: atOnce }, lane));
        return performance.now() - from;
      },
    };
  },
};
