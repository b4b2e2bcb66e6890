import type { References } from './types.ts';

type Field = 'output' | 'status' | 'error';

/** What several expressions name together. A name that one of them needs is needed. */
export function mergeReferences(all: readonly References[]): References {
  if (all.length === 1) return all[0] as References;
  const stages = new Map<string, Set<Field>>();
  for (const { stages: some } of all) {
    for (const [id, fields] of some) stages.set(id, new Set([...(stages.get(id) ?? []), ...fields]));
  }
  const vars = union(all.map((one) => one.vars));
  const secrets = union(all.map((one) => one.secrets));
  return {
    stages,
    vars,
    optionalVars: without(union(all.map((one) => one.optionalVars)), vars),
    secrets,
    optionalSecrets: without(union(all.map((one) => one.optionalSecrets)), secrets),
    contextVars: union(all.map((one) => one.contextVars)),
    context: union(all.map((one) => one.context)),
    roots: union(all.map((one) => one.roots)),
  };
}

export const NO_REFERENCES: References = mergeReferences([]);

function union(sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
  return new Set(sets.flatMap((set) => [...set]));
}

function without(set: ReadonlySet<string>, other: ReadonlySet<string>): ReadonlySet<string> {
  return new Set([...set].filter((name) => !other.has(name)));
}
