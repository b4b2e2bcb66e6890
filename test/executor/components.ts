import * as v from 'valibot';
import type { Json } from '../../src/core/json.ts';
import { type ErrorType, StageError } from '../../src/core/run.ts';
import { type Component, defineComponent, type StageContext } from '../../src/executor/component.ts';
import type { World } from './world.ts';

const base = { version: '1.0.0', output: v.unknown() };
const anything = v.optional(v.unknown());
const errorConfig = {
  type: v.optional(v.string(), 'COMPONENT'),
  code: v.optional(v.string(), 'boom'),
  message: v.optional(v.string(), 'boom'),
  details: anything,
  retry_after: v.optional(v.number()),
};

interface ErrorConfig {
  readonly type: string;
  readonly code: string;
  readonly message: string;
  readonly details?: unknown;
  readonly retry_after?: number | undefined;
}

function stageError(config: ErrorConfig): StageError {
  // The tests name only types of the table; a wrong one shows as a wrong type in the assertion.
  const type = config.type as ErrorType;
  const details = config.details === undefined ? undefined : (config.details as Json);
  return new StageError(type, config.code, config.message, { details, retryAfter: config.retry_after });
}

/** Lets virtual time pass, and gives up as soon as the signal aborts. */
export function pause(context: StageContext, ms: number): Promise<void> {
  return new Promise((resolve, reject) => {
    if (context.signal.aborted) return reject(context.signal.reason);
    const cancel = context.clock.after(ms, resolve);
    context.signal.addEventListener('abort', () => {
      cancel();
      reject(context.signal.reason);
    });
  });
}

/** The components of the rule tests. What each does is its summary. */
export function testComponents(world: World): Component[] {
  return [
    defineComponent({
      ...base,
      name: 'echo',
      summary: 'Gives its value back',
      effects: false,
      config: v.strictObject({ value: anything }),
      run: (config, context) => world.watch('echo', config, context, () => config.value ?? null),
    }),
    defineComponent({
      ...base,
      name: 'slow',
      summary: 'Gives its value back after some time, and heeds its abort signal',
      effects: false,
      config: v.strictObject({ ms: v.number(), value: anything }),
      run: (config, context) =>
        world.watch('slow', config, context, async () => {
          await pause(context, config.ms);
          return config.value ?? null;
        }),
    }),
    defineComponent({
      ...base,
      name: 'send',
      summary: 'Does something to the world outside',
      effects: true,
      config: v.strictObject({ value: anything, ms: v.optional(v.number(), 0) }),
      run: (config, context) =>
        world.watch('send', config, context, async () => {
          if (config.ms > 0) await pause(context, config.ms);
          return config.value ?? null;
        }),
    }),
    defineComponent({
      ...base,
      name: 'deaf',
      summary: 'Never answers and does not heed its abort signal',
      effects: false,
      config: v.strictObject({ value: anything }),
      run: (config, context) => world.watch('deaf', config, context, () => new Promise<null>(() => {})),
    }),
    defineComponent({
      ...base,
      name: 'stubborn',
      summary: 'Answers after some time, whatever its abort signal says, and says so in the log',
      effects: false,
      config: v.strictObject({ ms: v.number(), value: anything }),
      run: (config, context) =>
        world.watch('stubborn', config, context, async () => {
          await new Promise<void>((resolve) => {
            context.clock.after(config.ms, resolve);
          });
          context.log('info', 'too late');
          context.usage({ input_tokens: 1, output_tokens: 1, total_tokens: 2 });
          return config.value ?? null;
        }),
    }),
    defineComponent({
      ...base,
      name: 'boom',
      summary: 'Fails',
      effects: false,
      config: v.strictObject({ ms: v.optional(v.number(), 0), value: anything, ...errorConfig }),
      run: (config, context) =>
        world.watch('boom', config, context, async () => {
          if (config.ms > 0) await pause(context, config.ms);
          throw stageError(config);
        }),
    }),
    defineComponent({
      ...base,
      name: 'flaky',
      summary: 'Fails its first attempts',
      effects: false,
      config: v.strictObject({
        times: v.number(),
        ms: v.optional(v.number(), 0),
        value: anything,
        ...errorConfig,
        type: v.optional(v.string(), 'CONNECTIVITY'),
      }),
      run: (config, context) =>
        world.watch('flaky', config, context, async () => {
          if (config.ms > 0) await pause(context, config.ms);
          if (context.attempt <= config.times) throw stageError(config);
          return config.value ?? null;
        }),
    }),
    defineComponent({
      ...base,
      name: 'careless',
      summary: 'Throws something that is not a StageError',
      effects: false,
      config: v.strictObject({ what: v.picklist(['error', 'text', 'nothing']) }),
      run: (config, context) =>
        world.watch('careless', config, context, () => {
          if (config.what === 'error') throw new TypeError('x is not a function');
          throw config.what === 'text' ? 'just text' : undefined;
        }),
    }),
    defineComponent({
      ...base,
      name: 'odd',
      summary: 'Answers something that is not JSON',
      effects: false,
      config: v.strictObject({ what: v.picklist(['nan', 'function', 'bigint', 'cycle', 'deep', 'undefined', 'date']) }),
      run: (config, context) => world.watch('odd', config, context, () => oddities()[config.what]),
    }),
    defineComponent({
      ...base,
      name: 'meddler',
      summary: 'Changes the value that it was given, in place',
      effects: false,
      config: v.strictObject({ value: v.unknown() }),
      run: (config, context) =>
        world.watch('meddler', config, context, () => {
          if (Array.isArray(config.value)) config.value.push('meddled');
          return config.value;
        }),
    }),
    defineComponent({
      ...base,
      name: 'leak',
      summary: 'Shows a secret wherever it can',
      effects: true,
      config: v.strictObject({ token: v.string(), where: v.picklist(['output', 'error', 'log', 'progress', 'key']) }),
      fields: { token: { kind: 'template', secret: true } },
      run: (config, context) =>
        world.watch('leak', config, context, () => {
          if (config.where === 'error')
            throw new StageError('COMPONENT', 'leaked', `got ${config.token}`, { details: { token: config.token } });
          if (config.where === 'log') context.log('info', `using ${config.token}`, { token: config.token });
          if (config.where === 'progress') context.progress(`using ${config.token}`);
          if (config.where === 'key') return { [config.token]: 1 };
          return { token: config.token, text: `Bearer ${config.token}` };
        }),
    }),
    defineComponent({
      ...base,
      name: 'meter',
      summary: 'Uses tokens, writes a line to the log and shows progress',
      effects: false,
      config: v.strictObject({ tokens: v.number(), fails: v.optional(v.number(), 0) }),
      run: (config, context) =>
        world.watch('meter', config, context, () => {
          context.usage({ input_tokens: config.tokens, output_tokens: 1, total_tokens: config.tokens + 1 });
          context.usage({ input_tokens: 1, output_tokens: 0, total_tokens: 1, cost_usd: 0.5 });
          context.log('warn', 'metered', { tokens: config.tokens });
          context.progress('halfway');
          if (context.attempt <= config.fails) throw new StageError('PROVIDER', 'busy', 'busy');
          return null;
        }),
    }),
    defineComponent({
      ...base,
      name: 'patient',
      summary: 'Says three attempts and one second of itself',
      effects: false,
      timeout: 1_000,
      maxAttempts: 3,
      cacheable: false,
      config: v.strictObject({ ms: v.optional(v.number(), 0), fails: v.optional(v.number(), 0) }),
      run: (config, context) =>
        world.watch('patient', config, context, async () => {
          await pause(context, config.ms);
          if (context.attempt <= config.fails) throw new StageError('PROVIDER', 'busy', 'busy');
          return context.attempt;
        }),
    }),
    defineComponent({
      ...base,
      name: 'strict',
      summary: 'Takes a number between one and nine, and nothing else',
      effects: false,
      config: v.strictObject({ size: v.pipe(v.number(), v.minValue(1), v.maxValue(9)) }),
      run: (config, context) => world.watch('strict', config, context, () => config.size),
    }),
  ];
}

function oddities(): Record<string, unknown> {
  const cycle: Record<string, unknown> = {};
  cycle.self = cycle;
  let deep: unknown[] = [];
  for (let i = 0; i < 100_000; i++) deep = [deep];
  return {
    nan: { n: Number.NaN },
    function: { f: () => 1 },
    bigint: 1n,
    cycle,
    deep,
    undefined: { kept: 1, dropped: undefined },
    date: new Date(0),
  };
}
