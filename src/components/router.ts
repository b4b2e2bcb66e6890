import * as v from 'valibot';
import { dictionary } from '../core/dictionary.ts';
import { defineComponent } from '../executor/component.ts';
import { STAGE_IDS } from './stages.ts';

export const router = defineComponent({
  name: 'router',
  version: '1.0.0',
  summary: 'Runs the branch that a value names and skips the others.',
  category: 'control',
  effects: false,
  timeout: null,
  config: v.strictObject({
    value: v.pipe(v.any(), v.description('Text, a number or a boolean; null takes `default`.')),
    routes: v.pipe(dictionary(STAGE_IDS), v.description('Value, as text, to the stage or stages that it runs.')),
    default: v.optional(v.pipe(STAGE_IDS, v.description('What runs when no route matches.'))),
  }),
  output: v.strictObject({
    route_taken: v.pipe(v.nullable(v.string()), v.description('The route, `default`, or null when nothing matched.')),
  }),
  fields: {
    routes: { kind: 'stages', role: 'gate', map: true },
    default: { kind: 'stages', role: 'gate' },
  },
  example: {
    description: 'Each kind of ticket goes its own way.',
    input: { kind: 'bug' },
    stages: [
      {
        id: 'kind',
        component: 'router',
        config: { value: '{{ input.kind }}', routes: { bug: 'triage', idea: 'backlog' }, default: 'backlog' },
      },
      { id: 'triage', component: 'json-transform', config: { template: { queue: 'triage' } } },
      { id: 'backlog', component: 'json-transform', config: { template: { queue: 'backlog' } } },
    ],
    result: { triage: { result: { queue: 'triage' } }, backlog: null },
  },
});
