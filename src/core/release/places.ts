import { isObject, type Json, own } from '../json.ts';
import { componentOf, keyedItems, stageLists } from './shape.ts';

/** Where a stage stands: in whose list, and behind which gate. Both null: in the main graph, and always reached. */
export interface StagePlace {
  readonly owner: { readonly stage: string; readonly list: string } | null;
  /** `branches`: `true`, `false`, names of routes, `default`; sorted. */
  readonly gate: { readonly stage: string; readonly branches: readonly string[] } | null;
}

const MAIN: StagePlace = { owner: null, gate: null };

/** The place of every stage that some control stage lists; the others are in the main graph. */
export class Places {
  readonly #places = new Map<string, StagePlace>();

  constructor(stages: Json | undefined) {
    // Sorted, so that a stage that two lists claim, which is an error, has the same place in every order of the file.
    for (const [id, stage] of [...(keyedItems(stages) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const config = own(stage, 'config');
      if (!isObject(config)) continue;
      for (const [field, { role, map }] of Object.entries(stageLists(componentOf(stage)))) {
        const value = own(config, field);
        const lists = map ? (isObject(value) ? Object.entries(value) : []) : [[branchName(field), value] as const];
        for (const [branch, ids] of lists) {
          for (const listed of idsOf(ids)) this.#add(listed, id, role === 'own' ? { list: field } : { branch });
        }
      }
    }
  }

  of(id: string): StagePlace {
    return this.#places.get(id) ?? MAIN;
  }

  #add(id: string, stage: string, how: { readonly list: string } | { readonly branch: string }): void {
    const { owner, gate } = this.of(id);
    if ('list' in how) this.#places.set(id, { owner: { stage, list: how.list }, gate });
    else {
      const branches = gate?.stage === stage ? gate.branches : [];
      this.#places.set(id, { owner, gate: { stage, branches: [...new Set([...branches, how.branch])].sort() } });
    }
  }
}

/** `true_branch` opens for the branch `true`. */
function branchName(field: string): string {
  return field.replace(/_branch$/, '');
}

function idsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((id) => typeof id === 'string') : [];
}
