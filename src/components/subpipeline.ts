import * as v from 'valibot';
import { defineComponent } from '../executor/component.ts';

export const subpipeline = defineComponent({
  name: 'subpipeline',
  version: '1.0.0',
  summary: 'Runs another pipeline of the same release inside this run.',
  category: 'control',
  effects: false,
  timeout: null,
  config: v.strictObject({
    pipeline: v.pipe(v.string(), v.description('Its name.')),
    version: v.optional(v.pipe(v.string(), v.description('A semver range that its version must be in.'))),
    input: v.optional(v.pipe(v.any(), v.description('Its input; default: an empty object.'))),
  }),
  output: v.any(),
  fields: { pipeline: { kind: 'constant' }, version: { kind: 'constant' } },
  example: {
    description: 'Greets by another pipeline.',
    input: { name: 'Ada' },
    stages: [
      { id: 'greet', component: 'subpipeline', config: { pipeline: 'greeting', input: { name: '{{ input.name }}' } } },
    ],
    pipelines: [
      {
        name: 'greeting',
        stages: [{ id: 'text', component: 'json-transform', config: { template: 'Hello {{ input.name }}' } }],
        result: '{{ stages.text.output.result }}',
      },
    ],
    result: 'Hello Ada',
  },
});
