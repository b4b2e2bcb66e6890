import { createRequire } from 'node:module';
import { createStep, createWorkflow } from '@mastra/core/workflows';
import { z } from 'zod';
import type { Engine, Shape } from './engine.ts';

const require = createRequire(import.meta.url);
const schema = z.object({ value: z.number() });

/** Workflows as its pages show them: `then` and `parallel` over steps with zod schemas, no storage. */
export const engine: Engine = {
  versions: { '@mastra/core': require('@mastra/core/package.json').version },

  async prepare(shape: Shape, size: number) {
    const steps = Array.from({ length: size }, (_, index) =>
      createStep({
        id: `s${index}`,
        inputSchema: schema,
        outputSchema: schema,
        execute: async ({ inputData }) => ({ value: inputData.value + 1 }),
      }),
    );
    const [first, ...others] = steps;
    const empty = createWorkflow({ id: shape, inputSchema: schema, outputSchema: z.any() });
    let workflow = empty.then(first as (typeof steps)[number]);
    if (shape === 'chain') for (const step of others) workflow = workflow.then(step) as typeof workflow;
    else workflow = workflow.parallel(others) as unknown as typeof workflow;
    const ready = workflow.commit();
    return async () => {
      const run = await ready.createRun();
      const outcome = await run.start({ inputData: { value: 0 } });
      if (outcome.status !== 'success') throw new Error(`the workflow ended ${outcome.status}`);
      return lastValue(outcome.result);
    };
  },
};

function lastValue(result: unknown): number {
  const value = schema.safeParse(result);
  if (value.success) return value.data.value;
  return Math.max(...Object.values(z.record(z.string(), schema).parse(result)).map((one) => one.value));
}
