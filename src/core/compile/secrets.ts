import type { ComponentDescriptor, ConfigField } from '../descriptor.ts';
import { quote } from '../quote.ts';

/** Why a secret may not stand in a place (PIPELINES.md 3, `secrets`): the reasons that problems give. */
export const NO_SECRET = {
  condition: 'a condition would show something of its value by what it decides',
  result: 'a result is shown to whoever started the run',
  cacheKey: 'cache keys are stored',
  input: 'inputs are recorded',
} as const;

/**
 * Why a config field may not reveal a secret; undefined where it may: in fields that the component marks secret, of
 * stages that touch the world outside.
 */
export function noSecretsInField(
  component: ComponentDescriptor | undefined,
  key: string,
  field: ConfigField | undefined,
): string | undefined {
  // An unknown component is complained about already.
  if (!component) return undefined;
  if (field?.kind === 'expression') return NO_SECRET.condition;
  if (field?.kind === 'template' && field.secret && component.effects) return undefined;
  const fields = Object.entries(component.fields).filter(([, other]) => other.kind === 'template' && other.secret);
  const where =
    component.effects && fields.length > 0 ? `; it may stand in ${fields.map(([name]) => quote(name)).join(', ')}` : '';
  return `${quote(key)} of ${quote(component.name)} is recorded as it is${where}`;
}
