import { fail } from '../../../core/errors.ts';

/** The pools that `--tags` names; none without it. Throws FlowMasonError `USAGE` where a name is missing. */
export function poolsOf(tags: readonly string[] | undefined): string[] {
  const pools = (tags ?? []).map((tag) => tag.trim());
  if (!pools.includes('')) return pools;
  const found = pools.length === 1 ? 'an empty text' : `"${pools.join(',')}"`;
  const named = pools.filter((pool) => pool !== '');
  return fail('USAGE', `--tags: expected names of pools with a comma between two, found ${found}`, {
    hint: `fm worker --tags ${(named.length === 0 ? ['gpu', 'eu'] : named).join(',')}`,
  });
}
