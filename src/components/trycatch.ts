import * as v from 'valibot';
import { ERROR_TYPES } from '../core/run.ts';
import { defineComponent } from '../executor/component.ts';

const CATCHABLE = ERROR_TYPES.filter((type) => type !== 'CANCELLED');

export const trycatch = defineComponent({
  name: 'trycatch',
  version: '1.0.0',
  summary: 'Runs stages; on an error others; and last, whatever happened, some more.',
  category: 'control',
  effects: false,
  timeout: null,
  config: v.strictObject({
    try_stages: v.pipe(v.array(v.string()), v.description('What is tried.')),
    catch_stages: v.optional(
      v.pipe(v.array(v.string()), v.description('What runs on an error; they see `context.error`.')),
    ),
    finally_stages: v.optional(
      v.pipe(v.array(v.string()), v.description('What always runs last; `context.error` or null.')),
    ),
    catch_error_types: v.optional(
      v.pipe(v.array(v.picklist(CATCHABLE)), v.description('The types that are caught; default: all.')),
    ),
    error_scope: v.optional(
      v.pipe(
        v.picklist(['propagate', 'continue']),
        v.description('What a caught error does; `continue` where there are catch stages, else `propagate`.'),
      ),
    ),
  }),
  output: v.strictObject({
    status: v.pipe(v.picklist(['succeeded', 'recovered', 'failed']), v.description('How it went.')),
    error: v.pipe(v.nullable(v.looseObject({})), v.description('What was caught.')),
    result: v.pipe(v.any(), v.description('What the try list gave; if recovered, the catch list.')),
  }),
  fields: {
    try_stages: { kind: 'stages', role: 'own' },
    catch_stages: { kind: 'stages', role: 'own' },
    finally_stages: { kind: 'stages', role: 'own' },
    catch_error_types: { kind: 'constant' },
    error_scope: { kind: 'constant' },
  },
  example: {
    description: 'Bad data is replaced instead of ending the run.',
    input: { text: 'not json' },
    stages: [
      { id: 'safe', component: 'trycatch', config: { try_stages: ['read'], catch_stages: ['replace'] } },
      { id: 'read', component: 'json-transform', config: { template: '{{ parseJson(input.text) }}' } },
      {
        id: 'replace',
        component: 'json-transform',
        config: { template: { kind: '{{ context.error.type }}' } },
      },
    ],
  },
});
