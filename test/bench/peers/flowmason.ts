import { readFileSync } from 'node:fs';
import { graphOf, planOf, runOnce, runtimeOf } from '../graphs.ts';
import type { Engine, Shape } from './engine.ts';

const { version } = JSON.parse(readFileSync(new URL('../../../package.json', import.meta.url), 'utf8'));

/** The executor in memory; every stage reads the value of the one before through an expression. */
export const engine: Engine = {
  versions: { flowmason: version },

  async prepare(shape: Shape, size: number) {
    const plan = planOf(graphOf(shape, 'data', size));
    const runtime = runtimeOf();
    return async () => {
      const { result } = await runOnce(plan, runtime);
      return (result as { last: number }).last;
    };
  },
};
