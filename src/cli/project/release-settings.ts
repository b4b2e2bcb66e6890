import { fail } from '../../core/errors.ts';
import { DEFAULT_LIMITS } from '../../core/limits.ts';
import type { ReleaseSettings } from '../../core/release/manifest.ts';
import { hasReference } from './interpolate.ts';
import type { Project } from './read.ts';

/**
 * The settings that go into a release: `ai.model` and the limits that are lower than the defaults, as `flowmason.json`
 * has them. Flags, `FM_*` variables and user settings do not count, so that the same commit has the same digest on every
 * machine. Throws FlowMasonError `INVALID_SETTING` for a model that depends on a variable.
 */
export function releaseSettings({ config, shown, locate }: Project): ReleaseSettings {
  const { model } = config.ai;
  if (model !== undefined && hasReference(model)) {
    const { line, column } = locate(['ai', 'model']) ?? {};
    fail('INVALID_SETTING', `\`ai.model\` is ${model} in ${[shown, line, column].filter(Boolean).join(':')}`, {
      hint: 'Write the model itself: a release must have the same digest on every machine',
    });
  }
  const defaults = new Map(Object.entries(DEFAULT_LIMITS));
  const lowered = Object.entries(config.limits).filter(([name, limit]) => limit < (defaults.get(name) ?? 0));
  return {
    ...(model === undefined ? undefined : { ai: { model } }),
    ...(lowered.length === 0 ? undefined : { limits: Object.fromEntries(lowered) }),
  };
}
