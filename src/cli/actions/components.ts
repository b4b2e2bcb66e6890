import type { ComponentDescriptor } from '../../core/descriptor.ts';
import { fail } from '../../core/errors.ts';
import { nearest } from '../../core/suggest.ts';
import { openKnown } from '../known.ts';

/** How categories are ordered where components are listed. */
const CATEGORIES: readonly ComponentDescriptor['category'][] = ['operator', 'control', 'ai', 'custom'];

/** Every component that is known here, by category, then name. */
export async function listComponents(): Promise<ComponentDescriptor[]> {
  const { descriptors } = await openKnown();
  const place = (component: ComponentDescriptor): number => CATEGORIES.indexOf(component.category);
  return [...descriptors.values()].sort((a, b) => place(a) - place(b) || a.name.localeCompare(b.name));
}

/** One component; `_` is read as `-`, as in pipelines. Throws FlowMasonError `NOT_FOUND` with the nearest name. */
export async function findComponent(name: string): Promise<ComponentDescriptor> {
  const components = await listComponents();
  const found = components.find((each) => each.name === name || each.name === name.replaceAll('_', '-'));
  if (found) return found;
  const near = nearest(
    name,
    components.map((each) => each.name),
  );
  fail('NOT_FOUND', `There is no component \`${name}\` here`, {
    hint: near ? `fm components show ${near}` : 'fm components',
  });
}
