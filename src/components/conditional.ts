import * as v from 'valibot';
import { defineComponent } from '../executor/component.ts';
import { CONDITION, STAGE_IDS } from './stages.ts';

export const conditional = defineComponent({
  name: 'conditional',
  version: '1.0.0',
  summary: 'Runs one of two branches and skips the other.',
  category: 'control',
  effects: false,
  timeout: null,
  config: v.strictObject({
    condition: v.pipe(CONDITION, v.description('An expression that gives true or false.')),
    true_branch: v.pipe(STAGE_IDS, v.description('The stage or stages that run when it is true.')),
    false_branch: v.optional(v.pipe(STAGE_IDS, v.description('The stage or stages that run when it is false.'))),
  }),
  output: v.strictObject({ branch_taken: v.pipe(v.boolean(), v.description('What the condition gave.')) }),
  fields: {
    condition: { kind: 'expression', scope: 'stage' },
    true_branch: { kind: 'stages', role: 'gate' },
    false_branch: { kind: 'stages', role: 'gate' },
  },
  example: {
    description: 'A large order is checked, a small one is not.',
    input: { total: 120 },
    stages: [
      {
        id: 'size',
        component: 'conditional',
        config: { condition: 'input.total >= 100', true_branch: 'check', false_branch: 'pass' },
      },
      { id: 'check', component: 'json-transform', config: { template: { checked: true } } },
      { id: 'pass', component: 'json-transform', config: { template: { checked: false } } },
    ],
    result: { check: { result: { checked: true } }, pass: null },
  },
});
