import * as v from 'valibot';
import { defineComponent } from '../executor/component.ts';

const DURATION = v.union([v.pipe(v.number(), v.minValue(0)), v.string()]);

export const delay = defineComponent({
  name: 'delay',
  version: '1.0.0',
  summary: 'Waits for a time, or until a point in time; durable.',
  effects: false,
  timeout: null,
  cacheable: false,
  config: v.pipe(
    v.strictObject({
      duration: v.optional(
        v.pipe(DURATION, v.description('Seconds as a number, or `250ms`, `1.5s`, `5m`, `2h`, `7d`.')),
      ),
      at: v.optional(v.pipe(v.string(), v.description('A timestamp (RFC 3339).'))),
    }),
    v.check(
      (config) => (config.duration === undefined) !== (config.at === undefined),
      'takes either `duration` or `at`',
    ),
  ),
  output: v.null(),
  example: {
    description: 'Waits a moment before the next stage.',
    stages: [
      { id: 'wait', component: 'delay', config: { duration: '5ms' } },
      {
        id: 'after',
        component: 'json-transform',
        depends_on: ['wait'],
        config: { template: { waited: true } },
      },
    ],
    result: { result: { waited: true } },
  },
});
