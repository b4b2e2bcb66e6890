import { isObject, type Json, own } from '../json.ts';
import { componentOf, keyedItems, stageLists } from './shape.ts';

/** Where a stage stands: in whose list, and behind which gate. Both null: in the main graph, and always reached. */
export interface StagePlace {
  readonly owner: { readonly stage: string; readonly list: string } | null;
  /** `branches`: `true`, `false`, names of routes, `default`; sorted. */
  readonly gate: { readonly stage: string; readonly branches: readonly string[] } | null;
}

/** The place of every stage that some control stage lists; the others are in the main graph. */
export class Places {
  readonly #owners = new Map<string, { readonly stage: string; readonly list: string }>();
  readonly #gates = new Map<string, { readonly stage: string; readonly branches: Set<string> }>();

  constructor(stages: Json | undefined) {
    // Sorted, so that a stage that two lists claim, which is an error, has the same place in every order of the file.
    for (const [id, stage] of [...(keyedItems(stages) ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))) {
      const config = own(stage, 'config');
      if (!isObject(config)) continue;
      for (const [field, { role, map }] of Object.entries(stageLists(componentOf(stage)))) {
        const value = own(config, field);
        if (role === 'own') for (const listed of idsOf(value)) this.#owners.set(listed, { stage: id, list: field });
        else if (!map) this.#gate(id, branchName(field), value);
        else if (isObject(value)) for (const [route, ids] of Object.entries(value)) this.#gate(id, route, ids);
      }
    }
  }

  of(id: string): StagePlace {
    const gate = this.#gates.get(id);
    return {
      owner: this.#owners.get(id) ?? null,
      gate: gate ? { stage: gate.stage, branches: [...gate.branches].sort() } : null,
    };
  }

  #gate(stage: string, branch: string, ids: unknown): void {
    for (const id of idsOf(ids)) {
      const gate = this.#gates.get(id);
      if (gate?.stage === stage) gate.branches.add(branch);
      else this.#gates.set(id, { stage, branches: new Set([branch]) });
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
