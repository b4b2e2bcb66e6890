import type { Secrets } from '../../core/ports.ts';
import { Secret } from '../../core/secret.ts';
import type { Plans } from '../suite/reference.ts';
import type { Test } from '../suite/suite.ts';
import type { TestHost } from './host.ts';

/** The secrets of a test by name: those that it gives, of the others that the pipelines need `test-NAME`. */
export async function secretsOf(test: Test, plans: Plans, host: TestHost): Promise<ReadonlyMap<string, string>> {
  const needed = new Set([...plans.all.values()].flatMap(({ requires }) => requires.secrets));
  const real = host.live ? await host.secrets([...needed]) : new Map<string, string>();
  const values = new Map<string, string>();
  for (const name of needed) values.set(name, real.get(name) ?? `test-${name}`);
  for (const [name, value] of Object.entries(test.secrets)) {
    if (value === null) values.delete(name);
    else values.set(name, value);
  }
  return values;
}

export function asSecrets(values: ReadonlyMap<string, string>): Secrets {
  return new Map([...values].map(([name, value]) => [name, new Secret(value, [name])]));
}
