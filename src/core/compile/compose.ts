import type { Environment, References, Template } from '../expression/types.ts';
import type { Json, JsonObject } from '../json.ts';

/** One member of a config: a compiled template, or a constant that is never scanned. */
export type Member = readonly [key: string, value: { readonly template: Template } | { readonly constant: Json }];

/** The members of a config as one template: constants stay as they are, whatever they look like. */
export function composeTemplate(members: readonly Member[]): Template {
  const value: JsonObject = {};
  const resolved: [string, Template][] = [];
  for (const [key, member] of members) {
    if ('constant' in member) value[key] = member.constant;
    else {
      value[key] = member.template.value;
      if (!member.template.constant) resolved.push([key, member.template]);
    }
  }
  const references = mergeReferences(resolved.map(([, template]) => template.references));
  if (resolved.length === 0) return { constant: true, value, references, resolve: () => value };
  return {
    constant: false,
    value,
    references,
    resolve(environment: Environment) {
      const out: Record<string, unknown> = { ...value };
      for (const [key, template] of resolved) out[key] = template.resolve(environment);
      return out;
    },
  };
}

/** Everything that several expressions name. What one of them needs is needed, however the others read it. */
export function mergeReferences(all: readonly References[]): References {
  const [only] = all;
  if (only && all.length === 1) return only;
  const stages = new Map<string, Set<'output' | 'status' | 'error'>>();
  for (const { stages: each } of all) {
    for (const [id, fields] of each) stages.set(id, new Set([...(stages.get(id) ?? []), ...fields]));
  }
  const vars = union(all, (references) => references.vars);
  const secrets = union(all, (references) => references.secrets);
  return {
    stages,
    vars,
    optionalVars: without(
      union(all, (references) => references.optionalVars),
      vars,
    ),
    secrets,
    optionalSecrets: without(
      union(all, (references) => references.optionalSecrets),
      secrets,
    ),
    contextVars: union(all, (references) => references.contextVars),
    context: union(all, (references) => references.context),
    roots: union(all, (references) => references.roots),
  };
}

function union(all: readonly References[], pick: (references: References) => ReadonlySet<string>): Set<string> {
  const out = new Set<string>();
  for (const references of all) for (const name of pick(references)) out.add(name);
  return out;
}

function without(names: ReadonlySet<string>, others: ReadonlySet<string>): Set<string> {
  return new Set([...names].filter((name) => !others.has(name)));
}
