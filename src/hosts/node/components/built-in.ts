import { BUILT_INS } from '../../../components/index.ts';
import type { ComponentDescriptor } from '../../../core/descriptor.ts';
import { describe } from '../../../executor/describe.ts';

/**
 * What is known of the built-in components. The bundle carries the answer (`build.ts` replaces this module), so that
 * checking a pipeline loads none of them.
 */
export function builtInDescriptors(): readonly ComponentDescriptor[] {
  return BUILT_INS.map((component) => describe(component, 'built-in'));
}
