import canonicalize from 'canonicalize';
import type { ComponentDescriptor } from '../descriptor.ts';
import { type JsonObject, type JsonSchema, own } from '../json.ts';
import type { Limits } from '../limits.ts';
import type { Plan, Requirements } from '../plan.ts';
import { sha256Hex } from '../sha256.ts';
import { definitionJson } from './definition-json.ts';
import type { Digest } from './digest.ts';

/**
 * What the check of a valid pipeline found, so that it need not be parsed and compiled again. Plain JSON. Facts are true
 * for one digest, one checker (`checkerOf`) and the pipelines that it called then (`factsHold`).
 */
export interface PipelineFacts {
  readonly name: string;
  /** Of the definition. */
  readonly digest: Digest;
  readonly version: string;
  /** What callers are checked against; absent when the file declares none. */
  readonly input?: JsonSchema;
  readonly requires: Requirements;
  /** The digest that each pipeline which it names had when it was checked. */
  readonly called: Readonly<Record<string, Digest>>;
  /** As the file has them; absent when there are none. */
  readonly triggers?: readonly JsonObject[];
}

/** Pipeline name to digest, as in a manifest. */
export type Digests = Readonly<Record<string, Digest>>;

/** The facts of a pipeline that was checked beside these pipelines; it names some of them. */
export function factsOf(plan: Plan, digest: Digest, pipelines: Digests): PipelineFacts {
  const { name, version, input, requires } = plan;
  const { triggers } = definitionJson(plan.definition);
  return {
    name,
    digest,
    version,
    ...(input === undefined ? undefined : { input }),
    // Without members that are undefined, which JSON does not have.
    requires: {
      ...requires,
      pipelines: requires.pipelines.map(({ name, range }) => (range === undefined ? { name } : { name, range })),
    },
    called: calledIn(requires, pipelines),
    // The schema of a pipeline says that they are objects.
    ...(Array.isArray(triggers) && triggers.length > 0 ? { triggers: triggers as JsonObject[] } : undefined),
  };
}

/** What a pipeline names, as it is among these pipelines: `called` of its facts. */
export function calledIn({ pipelines: calls }: Requirements, pipelines: Digests): Record<string, Digest> {
  const called = calls.map(({ name }) => [name, own(pipelines, name)] as const);
  return Object.fromEntries(called.filter((call): call is [string, Digest] => typeof call[1] === 'string'));
}

/** Whether facts still hold in a release of these pipelines: it has this one, and all that it names are as they were. */
export function factsHold({ name, digest, requires, called }: PipelineFacts, pipelines: Digests): boolean {
  if (own(pipelines, name) !== digest) return false;
  return requires.pipelines.every((call) => {
    const then = own(called, call.name);
    return then !== undefined && then === own(pipelines, call.name);
  });
}

/** Those of the known facts that hold in a release of these pipelines, by name. */
export function heldFacts(known: ReadonlyMap<Digest, PipelineFacts>, pipelines: Digests): Map<string, PipelineFacts> {
  const held = new Map<string, PipelineFacts>();
  for (const [name, digest] of Object.entries(pipelines)) {
    const facts = known.get(digest);
    if (facts?.name === name && factsHold(facts, pipelines)) held.set(name, facts);
  }
  return held;
}

export interface Checker {
  /** FlowMason's own. */
  readonly version: string;
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  /** Those in force: for a release `releaseLimits`. */
  readonly limits: Limits;
}

/** 64 hexadecimal digits that stand for everything but the pipelines that a check depends on. */
export function checkerOf({ version, descriptors, limits }: Checker): string {
  const components = [...descriptors]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    // What people read does not change what is valid.
    .map(([name, { summary: _summary, example: _example, ...checked }]) => [name, checked]);
  return sha256Hex(String(canonicalize({ format: 1, version, limits, components })));
}
