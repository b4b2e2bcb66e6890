import type { ComponentDescriptor } from '../descriptor.ts';
import { quote } from '../quote.ts';

/** Why a secret may not stand in a place (PIPELINES.md 3, `secrets`): what problems say. Conditions say it themselves. */
export const NO_SECRET = {
  result: 'A secret cannot stand in a result, which is shown to whoever started the run',
  cacheKey: 'A secret cannot stand in a cache key, which is stored',
  input: 'A secret cannot stand in the input of a run, which is recorded',
  concurrencyKey: 'A secret cannot stand in a concurrency key, which is stored',
  dedupeKey: 'A secret cannot stand in the key of a webhook, which is stored',
} as const;

/**
 * Why a config field may not reveal a secret; undefined where it may: in fields that the component marks secret, of
 * stages that touch the world outside.
 */
export function noSecretsInField(component: ComponentDescriptor | undefined, key: string): string | undefined {
  // An unknown component is complained about already.
  if (!component) return undefined;
  const field = Object.hasOwn(component.fields, key) ? component.fields[key] : undefined;
  if (field?.kind === 'template' && field.secret && component.effects) return undefined;
  return `A secret cannot stand in ${quote(key)} of ${quote(component.name)}, which is recorded as it is`;
}
