import * as v from 'valibot';
import { compilePipeline } from '../../src/core/compile/compile-pipeline.ts';
import { type Journal, NO_JOURNAL } from '../../src/core/journal.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { createMasker } from '../../src/core/mask.ts';
import type { StageDefinition } from '../../src/core/pipeline.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { RunOutcome } from '../../src/core/run.ts';
import { type Component, defineComponent } from '../../src/executor/component.ts';
import { describe } from '../../src/executor/describe.ts';
import { execute } from '../../src/executor/execute.ts';
import type { Runtime } from '../../src/executor/types.ts';

/** `chain`: each stage waits for the one before. `fan-out`: all wait for the first. */
export type Shape = 'chain' | 'fan-out';

/** `order`: stages only wait for each other. `data`: each takes a value out of the stage it waits for. */
export type Flow = 'order' | 'data';

const LIMITS = { ...DEFAULT_LIMITS, stages: 20_000 };

const value = v.strictObject({ value: v.number() });

/** The least that a stage can do: one more than it was given, asynchronously. */
export const trivial: Component = defineComponent({
  name: 'trivial',
  version: '1.0.0',
  summary: 'Adds one.',
  effects: false,
  config: v.strictObject({ value: v.optional(v.number(), 0) }),
  output: value,
  run: async (config) => ({ value: config.value + 1 }),
});

/** The same, but journalled before it starts. */
export const effectful: Component = { ...trivial, name: 'effectful', effects: true };

export function graphOf(shape: Shape, flow: Flow, size: number, component = trivial.name): StageDefinition[] {
  return Array.from({ length: size }, (_, index) => {
    const stage: StageDefinition = { id: `s${index}`, component };
    if (index === 0) return stage;
    const before = shape === 'chain' ? `s${index - 1}` : 's0';
    if (flow === 'order') stage.depends_on = [before];
    else stage.config = { value: `{{ stages.${before}.output.value }}` };
    return stage;
  });
}

export function planOf(stages: StageDefinition[], components: readonly Component[] = [trivial, effectful]): Plan {
  const descriptors = new Map(components.map((component) => [component.name, describe(component, 'built-in')]));
  const definition = { name: 'bench', stages, result: { last: `{{ stages.s${stages.length - 1}.output.value }}` } };
  const { plan, problems } = compilePipeline(definition, { descriptors, limits: LIMITS });
  if (!plan) throw new Error(`the bench's own pipeline is invalid: ${JSON.stringify(problems[0])}`);
  return plan;
}

export function runtimeOf(components: readonly Component[] = [trivial, effectful]): Runtime {
  return {
    components: new Map(components.map((component) => [component.name, component])),
    clock: {
      now: () => Date.now(),
      after(ms, callback) {
        const timer = setTimeout(callback, ms);
        return () => clearTimeout(timer);
      },
    },
    random: { fraction: () => Math.random() },
    fetch: () => Promise.reject(new Error('a bench goes nowhere')),
    limits: LIMITS,
  };
}

/** Runs a plan once and makes sure that it did all its work. */
export async function runOnce(plan: Plan, runtime: Runtime, journal: Journal = NO_JOURNAL): Promise<RunOutcome> {
  const outcome = await execute(plan, runtime, {
    runId: 'bench',
    input: {},
    vars: {},
    secrets: new Map(),
    masker: createMasker(),
    environment: 'local',
    tenant: null,
    release: null,
    journal,
    pipelines: () => Promise.reject(new Error('a bench has no subpipelines')),
    signals: () => Promise.reject(new Error('a bench waits for nobody')),
  });
  if (outcome.status !== 'succeeded' || outcome.stages.length !== plan.main.stages.length)
    throw new Error(`the run ended ${outcome.status} after ${outcome.stages.length} stages: ${outcome.error?.message}`);
  return outcome;
}
