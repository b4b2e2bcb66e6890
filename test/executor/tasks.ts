import * as v from 'valibot';
import type { Json } from '../../src/core/json.ts';
import { type ErrorType, StageError } from '../../src/core/run.ts';
import { type Component, defineComponent } from '../../src/executor/component.ts';
import { pause } from './components.ts';
import type { World } from './world.ts';

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let sum = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193) >>> 0;
  return sum;
}

/** How long a task takes, by where it runs: two tasks hardly ever end at one instant. Milliseconds. */
export function duration(path: string, attempt: number): number {
  return 1 + hash(`${path}#${attempt}`) / 2 ** 25;
}

/** What a task gives: small, and different for every value that it was given. */
export function digest(id: string, value: Json): Json {
  const sum = hash(`${id} ${JSON.stringify(comparable(value))}`);
  return { v: sum % 4, h: sum };
}

/** JSON without what the reference does not predict: keys in order, of an error only its type. */
export function comparable(value: Json): Json {
  if (Array.isArray(value)) {
    const list = value.map(comparable);
    const indexed = list.every(
      (item) => typeof item === 'object' && item !== null && 'index' in item && 'error' in item,
    );
    return indexed ? list.sort((a, b) => indexOf(a) - indexOf(b)) : list;
  }
  if (typeof value !== 'object' || value === null) return value;
  if ('type' in value && 'message' in value) return { type: value.type ?? null };
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, item]) => [key, comparable(item)]));
}

function indexOf(item: Json): number {
  return typeof item === 'object' && item !== null && !Array.isArray(item) ? Number(item.index) : 0;
}

const config = v.strictObject({
  value: v.optional(v.unknown()),
  /** Attempts that fail. */
  fails: v.optional(v.number(), 0),
  type: v.optional(v.string(), 'COMPONENT'),
  /** Different in every call, but the same when the call is repeated. */
  stamp: v.optional(v.unknown()),
});

/** The components of the random graphs: `task`, and `effect`, which touches the world outside. */
export function taskComponents(world: World): Component[] {
  return [false, true].map((effects) => {
    const name = effects ? 'effect' : 'task';
    return defineComponent({
      name,
      version: '1.0.0',
      summary: 'Takes its time, and fails as often as it is told',
      effects,
      timeout: null,
      config,
      output: v.unknown(),
      run: (parsed, context) =>
        world.watch(name, parsed, context, async () => {
          const path = context.idempotencyKey.slice(context.idempotencyKey.indexOf('/') + 1);
          await pause(context, duration(path, context.attempt));
          // The graphs name only types of the table; a config is JSON by contract.
          if (context.attempt <= parsed.fails) throw new StageError(parsed.type as ErrorType, 'planned', 'as planned');
          return digest(path.slice(path.lastIndexOf('/') + 1), (parsed.value ?? null) as Json);
        }),
    });
  });
}
