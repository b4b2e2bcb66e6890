import type { References } from '../expression/types.ts';
import type { Json, JsonPath } from '../json.ts';
import { quote, quoteList } from '../quote.ts';
import { didYouMean } from './fit.ts';
import { readDependsOn, reportUnknownStage } from './lists.ts';
import { findMention } from './mentions.ts';
import type { Scope, StageNode, Where } from './model.ts';
import { CONTEXT_FIELDS, whereContextHas } from './names.ts';
import type { Report } from './report.ts';
import type { Stages } from './stages.ts';

/** Names that a compiled value uses, and where they are written. */
export interface Reading {
  /** Whose dependencies they are; undefined for `result`, which waits for everything anyway. */
  readonly reader: StageNode | undefined;
  /** Where the names are looked up. */
  readonly scope: Scope;
  readonly references: References;
  readonly value: Json | undefined;
  readonly path: JsonPath;
}

/** Turns what is named into dependencies (PIPELINES.md 2), and complains about what cannot be named there. */
export class Dependencies {
  readonly #stages: Stages;
  readonly #report: Report;
  /** Every list that sets a variable of that name, to say where one is that cannot be seen. */
  readonly #setters = new Map<string, StageNode>();

  constructor(stages: Stages, scopes: readonly Scope[], report: Report) {
    this.#stages = stages;
    this.#report = report;
    for (const scope of scopes) for (const [name, setter] of scope.variables) this.#setters.set(name, setter);
  }

  /** `depends_on` and the gate of a stage. */
  addWritten(node: StageNode): void {
    const seen = new Set<string>();
    for (const { id, path } of readDependsOn(node)) {
      if (seen.has(id)) {
        const message = `${quote(id)} stands twice in \`depends_on\``;
        this.#report.add({ code: 'LISTED_TWICE', severity: 'warning', path, message, hint: 'Remove one of the two' });
      }
      seen.add(id);
      this.#addStage(node, node.scope, id, true, () => ({ path }));
    }
    const { gate } = node;
    if (gate) this.#connect(node, gate.node, false, () => ({ path: gate.path }));
  }

  /** What expressions name. */
  addRead(reading: Reading): void {
    const { reader, scope, references, value, path } = reading;
    for (const [id, fields] of references.stages) {
      const where = () => findMention('stages', id, value, path);
      this.#addStage(reader, scope, id, fields.has('output'), where);
    }
    for (const name of references.contextVars) {
      const where = () => findMention('vars', name, value, path);
      const setter = findVariable(scope, name);
      if (!setter) this.#reportVariable(name, scope, where);
      else if (reader) this.#connect(reader, setter, true, where, scope);
    }
    for (const name of references.context) {
      if (CONTEXT_FIELDS.includes(name) || scope.contextNames.has(name)) continue;
      this.#reportContext(name, scope, () => findMention('context', name, value, path));
    }
  }

  #addStage(reader: StageNode | undefined, scope: Scope, id: string, skip: boolean, where: Where): void {
    const target = this.#stages.byId.get(id);
    if (!target) {
      const { path, range } = where();
      reportUnknownStage(id, path, this.#stages, this.#report, range);
    } else if (!sees(scope, target.scope)) this.#reportOwned(target, scope, where);
    else if (reader) this.#connect(reader, target, skip, where, scope);
  }

  /**
   * `reader` waits for `target`. A stage of a body that names one outside makes the owner wait; a late field of an
   * owner is looked up in the body and needs nothing for what it finds there.
   */
  #connect(reader: StageNode, target: StageNode, skip: boolean, where: Where, scope: Scope = reader.scope): void {
    if (target.scope.owner === reader && scope !== reader.scope) return;
    if (skip && target.scope !== reader.scope) {
      reader.outerSkips ??= new Set();
      reader.outerSkips.add(target);
    }
    const through: StageNode[] = [];
    let waiting = reader;
    while (waiting.scope !== target.scope) {
      const { owner } = waiting.scope;
      // Lists of one owner run one after the other anyway.
      if (!owner || owner === target.scope.owner) return;
      through.unshift(waiting);
      waiting = owner;
    }
    const skips = skip && waiting === reader;
    const edge = waiting.edges.get(target);
    if (!edge) waiting.edges.set(target, { to: target, where, through, skips });
    else if (skips) edge.skips = true;
  }

  #reportOwned(target: StageNode, scope: Scope, where: Where): void {
    const { owner, field } = target.scope;
    if (!owner) return;
    const id = quote(target.id);
    const siblings = scope.owner === owner;
    const message = siblings
      ? `${id} belongs to ${quote(field)}, which runs after ${quote(scope.field)} and cannot be seen from it`
      : `${id} belongs to ${quote(owner.id)} (${quote(field)}) and cannot be seen from outside`;
    const hint = siblings
      ? `Only later lists of ${quote(owner.id)} see it`
      : `Read ${quote(`stages.${owner.id}.output`)} instead: ${outputHint(owner)}`;
    this.#report.add({ code: 'OWNED_STAGE', message, hint, ...where() });
  }

  #reportVariable(name: string, scope: Scope, where: Where): void {
    const hidden = this.#setters.get(name);
    const visible: string[] = [];
    for (let at: Scope | undefined = scope; at; at = at.parent) visible.push(...at.variables.keys());
    const message = `No stage that can be seen from here sets the variable ${quote(name)}`;
    const hint = hidden
      ? `${quote(hidden.id)} sets it inside of ${quote(hidden.scope.owner?.id ?? '')}; set it in this list or an enclosing one`
      : (didYouMean(this.#report.nearest(name, visible)) ??
        `Add a stage with the component \`variable-set\` and "name": "${name}"`);
    this.#report.add({ code: 'UNKNOWN_VARIABLE', message, hint, ...where() });
  }

  #reportContext(name: string, scope: Scope, where: Where): void {
    const known = [...CONTEXT_FIELDS, ...scope.contextNames];
    const hint =
      whereContextHas(name) ??
      didYouMean(this.#report.nearest(name, known)) ??
      `Here \`context\` has ${quoteList(known, 20)}`;
    const message = `\`context\` has no field ${quote(name)} here`;
    this.#report.add({ code: 'UNKNOWN_CONTEXT', message, hint, ...where() });
  }
}

function outputHint(owner: StageNode): string {
  switch (owner.component?.name) {
    case 'foreach':
      return '`results` holds what each iteration gave';
    case 'loop':
      return '`last` holds what the last iteration gave, `results` all of them';
    case 'trycatch':
      return '`result` holds what its stages gave, `status` and `error` how it went';
    default:
      return 'it holds what its stages gave';
  }
}

/** Whether names of one scope can be used in another: a list sees itself and the enclosing graphs. */
function sees(from: Scope, target: Scope): boolean {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) if (scope === target) return true;
  return false;
}

function findVariable(from: Scope, name: string): StageNode | undefined {
  for (let scope: Scope | undefined = from; scope; scope = scope.parent) {
    const setter = scope.variables.get(name);
    if (setter) return setter;
  }
  return undefined;
}
