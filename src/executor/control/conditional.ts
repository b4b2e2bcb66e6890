import type { Control } from './control.ts';

/** Opens `true_branch` or `false_branch`; the other one is skipped. */
export const conditional: Control = ({ config }) => ({
  kind: 'succeeded',
  output: { branch_taken: config.condition === true },
});
