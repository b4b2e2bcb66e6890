import { hash } from 'node:crypto';
import { checkCalls } from '../../core/compile/between.ts';
import { calleeOf } from '../../core/compile/callee.ts';
import type { Callee, PipelineLookup } from '../../core/compile/calls.ts';
import { checkPipeline } from '../../core/compile/compile-pipeline.ts';
import type { ComponentDescriptor } from '../../core/descriptor.ts';
import { isObject, type Json } from '../../core/json.ts';
import type { Limits } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import { canonicalJson } from '../../core/release/canonical.ts';
import type { Digest } from '../../core/release/digest.ts';
import { calledIn, factsHold, factsOf, type PipelineFacts } from '../../core/release/facts.ts';
import type { SourceFile } from '../../core/source/file.ts';

/** A pipeline of the set that is checked. */
export interface SetMember {
  readonly name: string;
  /** Undefined: it follows from the document. */
  readonly digest?: Digest | undefined;
  /** What the same checker found in the same definition, whatever the others were then. */
  readonly facts?: PipelineFacts | undefined;
  /** Called as often as the document is needed, so that not all are in memory at once. */
  readonly source: () => SourceFile;
}

export interface CheckedSet {
  /** Of the valid ones, by name. */
  readonly facts: ReadonlyMap<string, PipelineFacts>;
  /** Errors and warnings of those that were checked now, by name. */
  readonly problems: ReadonlyMap<string, readonly Problem[]>;
  /** Calls in a circle, or too deep. */
  readonly between: readonly Problem[];
}

export interface SetChecker {
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  readonly limits: Limits;
}

/** Checks pipelines against each other; those whose facts hold are neither parsed nor compiled. */
export async function checkSet(members: ReadonlyMap<string, SetMember>, checker: SetChecker): Promise<CheckedSet> {
  const checking = new SetChecking(members, checker);
  for (const member of members.values()) if (!member.facts) await checking.check(member);
  const { digests } = checking;
  // Whether facts hold is known when all digests are.
  for (const member of members.values()) {
    if (member.facts && !factsHold(member.facts, digests)) await checking.check(member);
    else if (member.facts) checking.facts.set(member.name, member.facts);
  }
  const facts = new Map<string, PipelineFacts>();
  for (const name of members.keys()) {
    const found = checking.facts.get(name);
    if (found) facts.set(name, { ...found, called: calledIn(found.requires, digests) });
  }
  return { facts, problems: checking.problems, between: between(facts, members, checker.limits) };
}

/** The digest of a document that is an object and has no problems of its own; undefined for another one. */
export function sourceDigest({ value, problems }: SourceFile): Digest | undefined {
  // An object of a JSON document is JSON.
  return isObject(value) && problems.length === 0 ? fastDigest(value as Json) : undefined;
}

/** `digestOf`, with the system's SHA-256. */
function fastDigest(value: Json): Digest {
  return hash('sha256', canonicalJson(value), 'hex');
}

class SetChecking {
  readonly facts = new Map<string, PipelineFacts>();
  readonly problems = new Map<string, readonly Problem[]>();
  readonly digests: Record<string, Digest> = Object.create(null);
  readonly #members: ReadonlyMap<string, SetMember>;
  readonly #checker: SetChecker;
  readonly #callees = new Map<string, Callee>();
  readonly #lookup: PipelineLookup;

  constructor(members: ReadonlyMap<string, SetMember>, checker: SetChecker) {
    this.#members = members;
    this.#checker = checker;
    this.#lookup = { names: [...members.keys()], find: (name) => this.#callee(name) };
    for (const { name, digest } of members.values()) if (digest !== undefined) this.digests[name] = digest;
  }

  async check({ name, digest: known, source: read }: SetMember): Promise<void> {
    const source = read();
    if (!this.#callees.has(name)) this.#callees.set(name, calleeOf(source));
    const { plan, problems } = await checkPipeline(source, { ...this.#checker, pipelines: this.#lookup });
    this.problems.set(name, problems);
    const digest = known ?? sourceDigest(source);
    if (digest === undefined) return;
    this.digests[name] = digest;
    if (plan) this.facts.set(name, factsOf(plan, digest, {}));
  }

  #callee(name: string): Callee | undefined {
    const member = this.#members.get(name);
    const known = member?.facts ?? this.#callees.get(name);
    if (known || !member) return known;
    const callee = calleeOf(member.source());
    this.#callees.set(name, callee);
    return callee;
  }
}

function between(
  facts: ReadonlyMap<string, PipelineFacts>,
  members: ReadonlyMap<string, SetMember>,
  limits: Limits,
): Problem[] {
  const names = [...facts.keys()];
  const checked = new Map([...facts].map(([name, plan]) => [name, { plan }]));
  if (checkCalls(names, checked, limits).length === 0) return [];
  // Now that there is something to show, the places are worth reading the documents for.
  const placed = new Map([...facts].map(([name, plan]) => [name, { plan, source: members.get(name)?.source() }]));
  return checkCalls(names, placed, limits);
}
