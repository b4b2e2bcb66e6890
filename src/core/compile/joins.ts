import { isObject, own } from '../json.ts';
import { quote } from '../quote.ts';
import type { Scope, StageNode } from './model.ts';
import type { Report } from './report.ts';

/**
 * Under which branches a stage runs: a chain of conditions, the newest first. Chains share their tails, so that a
 * thousand gates one after the other cost a thousand links and not a million.
 */
interface Condition {
  readonly before: Condition | undefined;
  readonly depth: number;
  readonly gate: StageNode;
  readonly branches: ReadonlySet<string>;
}

type Conditions = Condition | undefined;

/** Links that may be walked for one scope; beyond it nothing more is demanded. */
const MOST_LINKS = 5_000_000;

/** What two chains have beyond their common tail, by gate: the narrowest condition of each. */
interface Difference {
  readonly common: Conditions;
  readonly left: ReadonlyMap<StageNode, ReadonlySet<string>>;
  readonly right: ReadonlyMap<StageNode, ReadonlySet<string>>;
}

/** Demands `join` where branches of one gate meet (PIPELINES.md 4, skip rule). The scope is in topological order. */
export function checkJoins(scope: Scope, report: Report): void {
  new Joins(report).check(scope);
}

class Joins {
  readonly #report: Report;
  readonly #conditions = new Map<StageNode, Conditions>();
  #links = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  check(scope: Scope): void {
    for (const node of scope.stages) {
      if (this.#links > MOST_LINKS) return;
      this.#conditions.set(node, this.#gated(node, this.#joined(node)));
    }
  }

  /** The conditions that dependencies put on a stage. */
  #joined(node: StageNode): Conditions {
    const join = own(node.raw, 'join');
    const sources = [...node.edges.values()].filter((edge) => edge.skips).map((edge) => edge.to);
    let conditions: Conditions;
    for (const [i, source] of sources.entries()) {
      const next = this.#conditions.get(source);
      // Nothing to compare, and no chain to walk, where one side is free.
      if (i === 0 || !conditions || !next) {
        conditions = i > 0 && join === 'any' ? undefined : (next ?? conditions);
        continue;
      }
      const difference = this.#compare(conditions, next);
      const gate = join === 'any' ? undefined : conflict(difference);
      if (!gate) conditions = join === 'any' ? either(difference) : both(conditions, next, difference);
      else if (join === 'all') {
        this.#neverRuns(node, gate);
        return undefined;
      } else {
        this.#demandJoin(node, gate, sources);
        return this.#foldAny(sources);
      }
    }
    return conditions;
  }

  #foldAny(sources: readonly StageNode[]): Conditions {
    const [first, ...rest] = sources.map((source) => this.#conditions.get(source));
    return rest.reduce((one, other) => (one && other ? either(this.#compare(one, other)) : undefined), first);
  }

  /** And those of its gate. */
  #gated(node: StageNode, conditions: Conditions): Conditions {
    const { gate } = node;
    if (!gate) return conditions;
    const outer = this.#conditions.get(gate.node);
    const branches = new Set(gate.branches);
    const opened: Condition = { before: outer, depth: depthOf(outer) + 1, gate: gate.node, branches };
    if (!conditions) return opened;
    const difference = this.#compare(conditions, opened);
    const met = conflict(difference);
    if (met) this.#neverRuns(node, met);
    return met ? opened : both(conditions, opened, difference);
  }

  #compare(left: Conditions, right: Conditions): Difference {
    const leftOnly = new Map<StageNode, ReadonlySet<string>>();
    const rightOnly = new Map<StageNode, ReadonlySet<string>>();
    let a = left;
    let b = right;
    while (a !== b) {
      this.#links++;
      if (a && depthOf(a) >= depthOf(b)) {
        if (!leftOnly.has(a.gate)) leftOnly.set(a.gate, a.branches);
        a = a.before;
      } else if (b) {
        if (!rightOnly.has(b.gate)) rightOnly.set(b.gate, b.branches);
        b = b.before;
      }
    }
    return { common: a, left: leftOnly, right: rightOnly };
  }

  #demandJoin(node: StageNode, gate: StageNode, sources: readonly StageNode[]): void {
    const written = Array.isArray(own(node.raw, 'depends_on'));
    const names = sources.map((source) => quote(source.id));
    this.#report.add({
      code: 'JOIN_REQUIRED',
      path: written ? [...node.path, 'depends_on'] : [...node.path, 'id'],
      part: written ? 'key' : 'value',
      message: `Branches of ${quote(gate.id)} meet in ${quote(node.id)}: ${names.slice(0, 5).join(', ')} never all run`,
      hint: 'Add `"join": "any"` to run after whichever ran, or `"join": "all"` to run only if none was skipped',
    });
  }

  #neverRuns(node: StageNode, gate: StageNode): void {
    this.#report.add({
      code: 'NEVER_RUNS',
      severity: 'warning',
      path: [...node.path, 'id'],
      message: `${quote(node.id)} never runs: it needs branches of ${quote(gate.id)} that exclude each other`,
      hint: 'Write `"join": "any"`, or take one of the dependencies away',
    });
  }
}

function depthOf(conditions: Conditions): number {
  return conditions?.depth ?? 0;
}

/** A gate of which the two sides need different branches. */
function conflict({ left, right }: Difference): StageNode | undefined {
  for (const [gate, branches] of right) {
    const others = left.get(gate);
    if (others && ![...branches].some((branch) => others.has(branch))) return gate;
  }
  return undefined;
}

/** Both must hold. */
function both(
  left: Conditions,
  right: Conditions,
  { common, left: leftOnly, right: rightOnly }: Difference,
): Conditions {
  if (common === left) return right;
  let conditions = left;
  for (const [gate, branches] of [...rightOnly].reverse()) {
    const others = leftOnly.get(gate);
    const met = others ? new Set([...branches].filter((branch) => others.has(branch))) : branches;
    if (others && met.size === others.size) continue;
    conditions = { before: conditions, depth: depthOf(conditions) + 1, gate, branches: met };
  }
  return conditions;
}

/** One of the two is enough. */
function either({ common, left, right }: Difference): Conditions {
  let conditions = common;
  for (const [gate, branches] of [...right].reverse()) {
    const others = left.get(gate);
    if (!others) continue;
    const united = new Set([...branches, ...others]);
    if (united.size === branchCount(gate)) continue;
    conditions = { before: conditions, depth: depthOf(conditions) + 1, gate, branches: united };
  }
  return conditions;
}

/** How many branches together leave nothing out; infinity for a router without `default`, which may match nothing. */
function branchCount(gate: StageNode): number {
  const routes = own(gate.config, 'routes');
  if (!isObject(routes)) return 2;
  return Object.hasOwn(gate.config, 'default') ? Object.keys(routes).length + 1 : Number.POSITIVE_INFINITY;
}
