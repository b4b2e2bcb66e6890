import type { Control } from './control.ts';

/** Ends the pipeline with `value` when its condition holds. */
export const returnStage: Control = ({ config, stageRun }) => {
  if (config.condition === false) return { kind: 'succeeded', output: { returned: false } };
  const { run, path } = stageRun;
  const { masker } = run.options;
  if (typeof config.message === 'string') run.log({ at: run.now(), level: 'info', message: config.message, path });
  return { kind: 'returned', value: masker.json(config.value ?? null) };
};
