import { BUILT_INS } from '../../src/components/index.ts';
import { checkPipeline } from '../../src/core/compile/compile-pipeline.ts';
import type { ComponentDescriptor, ComponentExample } from '../../src/core/descriptor.ts';
import { NO_JOURNAL } from '../../src/core/journal.ts';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { DEFAULT_LIMITS } from '../../src/core/limits.ts';
import { createMasker } from '../../src/core/mask.ts';
import type { Plan } from '../../src/core/plan.ts';
import type { Clock, Fetch } from '../../src/core/ports.ts';
import type { LogEntry, RunOutcome } from '../../src/core/run.ts';
import { Secret } from '../../src/core/secret.ts';
import { valueSource } from '../../src/core/source/file.ts';
import { describe } from '../../src/executor/describe.ts';
import { execute } from '../../src/executor/execute.ts';
import type { RunEvent } from '../../src/executor/types.ts';
import { systemClock } from '../../src/hosts/node/clock.ts';

export const DESCRIPTORS: ReadonlyMap<string, ComponentDescriptor> = new Map(
  BUILT_INS.map((component) => [component.name, describe(component, 'built-in')]),
);

export interface Ran {
  readonly outcome: RunOutcome;
  readonly logs: LogEntry[];
  /** Outputs by path. */
  readonly outputs: ReadonlyMap<string, Json>;
}

export interface World {
  readonly fetch?: Fetch;
  readonly defaultModel?: string;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly clock?: Clock;
  readonly onEvent?: (event: RunEvent) => void;
}

/** Runs stages with the real executor and the built-in components, and nothing else. */
export async function runStages(
  example: Pick<ComponentExample, 'stages' | 'input' | 'pipelines' | 'signals'>,
  world: World = {},
): Promise<Ran> {
  const plans = new Map<string, Plan>();
  for (const pipeline of example.pipelines ?? []) plans.set(String(pipeline.name), await compile(pipeline));
  const plan = await compile({ name: 'example', stages: [...example.stages] });
  const secrets = Object.entries(world.secrets ?? {});
  const logs: LogEntry[] = [];
  const outputs = new Map<string, Json>();
  const outcome = await execute(
    plan,
    {
      components: new Map(BUILT_INS.map((component) => [component.name, component])),
      clock: world.clock ?? systemClock,
      random: { fraction: () => 0 },
      fetch: world.fetch ?? (() => Promise.reject(new Error('nothing is to be fetched here'))),
      limits: DEFAULT_LIMITS,
      defaultModel: world.defaultModel,
    },
    {
      runId: 'r1',
      input: example.input ?? {},
      vars: {},
      secrets: new Map(secrets.map(([name, value]) => [name, new Secret(value, [name])])),
      masker: createMasker(secrets.map(([, value]) => value)),
      environment: 'local',
      tenant: null,
      release: null,
      journal: NO_JOURNAL,
      pipelines: (name) => plans.get(name) as Plan,
      signals: async ({ name }) => ({ data: example.signals?.[name] ?? null }),
      onEvent: (event) => {
        world.onEvent?.(event);
        if (event.type === 'log') logs.push(event.entry);
        if (event.type === 'stage' && event.output !== undefined) outputs.set(event.path, event.output);
      },
    },
  );
  return { outcome, logs, outputs };
}

async function compile(definition: JsonObject): Promise<Plan> {
  const { plan, problems } = await checkPipeline(valueSource(definition), { descriptors: DESCRIPTORS });
  if (plan) return plan;
  const list = problems.map(({ code, path = [], message }) => `${code} at ${path.join('.')}: ${message}`);
  throw new Error(`the pipeline is invalid:\n${list.join('\n')}`);
}
