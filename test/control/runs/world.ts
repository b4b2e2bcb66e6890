import { onTestFinished } from 'vitest';
import type { Client } from '../../../src/client/client.ts';
import type { ControlPlane, RunNews } from '../../../src/control/control.ts';
import type { PipelineDefinition } from '../../../src/core/pipeline.ts';
import type { Open } from '../../worker/open.ts';
import { ENVIRONMENT, value, type WorkerWorld } from '../../worker/world.ts';
import { type As, type Connect, Jobs, planeIn } from '../plane.ts';

export interface RunsWorld {
  readonly world: WorkerWorld;
  readonly control: ControlPlane;
  /** What was handed on. */
  readonly jobs: Jobs;
  readonly client: Client;
  connect(as?: As): Promise<Client>;
  /** Another server on the same database. */
  another(): Promise<Client>;
  /** Executes all that is due until nothing is. */
  execute(...runs: readonly string[]): Promise<void>;
  /** From now on what is enqueued is executed, here. */
  work(): Promise<void>;
}

export interface RunsWorldOptions {
  readonly control?: Partial<ControlPlane>;
  readonly variables?: Readonly<Record<string, string>>;
}

/** A control plane with these pipelines deployed, and a worker beside it. */
export async function runsWorld(
  open: Open,
  way: Connect,
  pipelines: readonly PipelineDefinition[],
  { control: more, variables }: RunsWorldOptions = {},
): Promise<RunsWorld> {
  const { world, another } = await open({ variables: variables ?? {} });
  await world.deploy(pipelines);
  const jobs = new Jobs();
  const plane = (of: WorkerWorld) =>
    planeIn(of, { environment: ENVIRONMENT, control: { descriptors: of.descriptors, dispatcher: jobs, ...more } });
  const control = plane(world);
  return {
    world,
    control,
    jobs,
    client: await way(control),
    connect: (as) => way(control, as),
    another: async () => way(plane(await another())),
    async execute(...runs) {
      for (const run of runs) await world.execute(run);
    },
    async work() {
      const dispatcher = world.dispatcher();
      onTestFinished(() => dispatcher.close());
      jobs.enqueue = async (job) => dispatcher.enqueue({ ...job, retry: 0 });
      await dispatcher.start();
    },
  };
}

export async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const item of items) list.push(item);
  return list;
}

/** News by hand. */
export class Bell implements RunNews {
  readonly #listeners = new Set<() => void>();

  subscribe(_run: string, onNews: () => void): () => void {
    this.#listeners.add(onNews);
    return () => this.#listeners.delete(onNews);
  }

  ring(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

/** `greet`: takes a name, and says hello to it after it has logged. */
export const GREET = {
  name: 'greet',
  version: '2.5.0',
  result: '{{ stages.greeting.output.result }}',
  input: {
    type: 'object',
    properties: { name: { type: 'string', minLength: 1 }, times: { type: 'integer', default: 2 } },
    required: ['name'],
    additionalProperties: false,
  },
  stages: [
    { id: 'note', component: 'logger', config: { message: 'greeting {{ input.name }}', level: 'info' } },
    value('greeting', '{{ "hello " + input.name }} x{{ input.times }}', 'note'),
  ],
} satisfies PipelineDefinition;

/** `approve`: waits for somebody. */
export const APPROVE = {
  name: 'approve',
  result: '{{ stages.after.output.result }}',
  stages: [
    value('before', 1),
    {
      id: 'ask',
      component: 'signal',
      depends_on: ['before'],
      config: {
        name: 'approval',
        schema: { type: 'object', properties: { approved: { type: 'boolean' } }, required: ['approved'] },
      },
    },
    value('after', '{{ stages.ask.output.approved }}', 'ask'),
  ],
} satisfies PipelineDefinition;

/** `divide`: fails when it is told to. */
export const DIVIDE = {
  name: 'divide',
  result: '{{ stages.third.output.result }}',
  stages: [
    value('first', 1),
    value('second', '{{ 10 / input.by }}', 'first'),
    value('third', '{{ stages.second.output.result }}', 'second'),
  ],
} satisfies PipelineDefinition;
