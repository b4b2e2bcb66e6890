import { checkCalls } from '../compile/between.ts';
import { calleeOf } from '../compile/callee.ts';
import type { PipelineLookup } from '../compile/calls.ts';
import { checkPipeline } from '../compile/compile-pipeline.ts';
import type { ComponentDescriptor } from '../descriptor.ts';
import { FlowMasonError } from '../errors.ts';
import { type Json, type JsonPath, own } from '../json.ts';
import { DEFAULT_LIMITS, type Limits } from '../limits.ts';
import type { Plan } from '../plan.ts';
import type { Problem } from '../problem.ts';
import { quote, quoteList } from '../quote.ts';
import type { SourceFile } from '../source/file.ts';
import { parseSource } from '../source/parse.ts';
import { type Digest, digestOf } from './digest.ts';
import { factsOf, heldFacts, type PipelineFacts } from './facts.ts';
import { manifestDigest, needsOf, type ReleaseManifest, releaseLimits } from './manifest.ts';
import { parseManifest } from './manifest-schema.ts';
import { sameJson } from './meaning.ts';
import { usedComponents } from './release-sources.ts';

/** Something that is not as the manifest says. */
export interface Misfit {
  /** `RELEASE_INVALID`: the manifest or a pipeline is no valid one. `RELEASE_MISMATCH`: it is another one than named. */
  readonly code: 'RELEASE_INVALID' | 'RELEASE_MISMATCH';
  readonly message: string;
  /** In the manifest. */
  readonly path: JsonPath;
  readonly pipeline?: string;
  /** What is wrong in the pipeline's text. */
  readonly problems?: readonly Problem[];
}

export interface VerifyOptions {
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  readonly limits?: Limits;
  /** The digest that the release is said to have. */
  readonly digest?: string;
  /**
   * What this checker (`checkerOf`, with the limits of this release) has found before, by digest. It is believed: take it
   * from nobody who may not decide what is valid.
   */
  readonly known?: ReadonlyMap<Digest, PipelineFacts>;
}

export interface Verification {
  /** Absent when the manifest itself is not valid. */
  readonly manifest?: ReleaseManifest;
  /** The plans of the pipelines that were compiled, by name: valid ones that are not known. */
  readonly plans: ReadonlyMap<string, Plan>;
  /** Of every valid pipeline, known or compiled, by name. */
  readonly facts: ReadonlyMap<string, PipelineFacts>;
  /** Empty: everything is as the manifest says. Sorted by pipeline; what is about the whole comes last. */
  readonly misfits: readonly Misfit[];
  /** Components that the pipelines use and that are not known here: what they need could not be recomputed. */
  readonly unknown: readonly string[];
}

/**
 * Recomputes a release from the texts of its pipelines, for a server that does not trust who sends it: shape, digests,
 * names, validity, needs and components. The versions of components are taken as stated, because another version of
 * FlowMason may have made the release; whether they are known here is for the preflight to say.
 *
 * A pipeline whose known facts hold is not compiled again and needs no text; a text that is given for it must still be
 * its text.
 */
export async function verifyRelease(
  candidate: unknown,
  texts: ReadonlyMap<string, string>,
  options: VerifyOptions,
): Promise<Verification> {
  const parsed = parseManifest(candidate);
  if (parsed.issues) {
    const misfits = parsed.issues.map(({ path, message }): Misfit => ({ code: 'RELEASE_INVALID', path, message }));
    return { plans: new Map(), facts: new Map(), misfits, unknown: [] };
  }
  const { manifest } = parsed;
  const misfits: Misfit[] = [];
  const limits = releaseLimits(options.limits ?? DEFAULT_LIMITS, manifest);
  const held = heldFacts(options.known ?? new Map(), manifest.pipelines);
  const sources = readTexts(manifest, texts, held, limits, misfits);
  for (const { pipeline } of misfits) if (pipeline !== undefined) held.delete(pipeline);
  const used = usedIn(sources, held);
  const unknown = used.filter((name) => !options.descriptors.has(name));
  const plans = await compileAll(sources, held, unknown, { ...options, limits }, misfits);
  const facts = new Map(held);
  for (const [name, plan] of plans)
    facts.set(name, factsOf(plan, own(manifest.pipelines, name) as Digest, manifest.pipelines));
  checkChains(facts, sources, limits, misfits);
  if (facts.size === Object.keys(manifest.pipelines).length) checkNeeds(manifest, facts, misfits);
  checkComponents(manifest, used, misfits);
  checkDigest(manifest, options.digest, misfits);
  return { manifest, plans, facts, misfits, unknown };
}

/** The documents that are the pipelines of the manifest, by name; what is not becomes a misfit. */
function readTexts(
  manifest: ReleaseManifest,
  texts: ReadonlyMap<string, string>,
  held: ReadonlyMap<string, PipelineFacts>,
  limits: Limits,
  misfits: Misfit[],
): Map<string, SourceFile> {
  const sources = new Map<string, SourceFile>();
  for (const name of [...new Set([...Object.keys(manifest.pipelines), ...texts.keys()])].sort()) {
    const at = { path: ['pipelines', name], pipeline: name };
    const expected = own(manifest.pipelines, name);
    const text = texts.get(name);
    if (text === undefined && held.has(name)) continue;
    if (expected === undefined || text === undefined) {
      const message = `${quote(name)} is ${text === undefined ? 'in the manifest, and its text is missing' : 'not in the manifest'}`;
      misfits.push({ code: 'RELEASE_MISMATCH', message, ...at });
      continue;
    }
    const source = parseSource(text, { file: `${name}.pipeline.json`, limits });
    if (source.value === undefined || source.problems.length > 0) {
      const message = `The text of ${quote(name)} cannot be read`;
      misfits.push({ code: 'RELEASE_INVALID', message, ...at, problems: source.problems });
      continue;
    }
    const found = digestOrError(source.value);
    if (found === expected) sources.set(name, source);
    else {
      const message = `The digest of ${quote(name)} is ${found}, and the manifest says ${expected}`;
      misfits.push({ code: 'RELEASE_MISMATCH', message, ...at });
    }
  }
  return sources;
}

function digestOrError(value: Json): string {
  try {
    return digestOf(value);
  } catch (error) {
    if (error instanceof FlowMasonError) return error.message;
    throw error;
  }
}

/** Pipelines that call another one are checked against those of the release, whatever else the server has. */
async function compileAll(
  sources: ReadonlyMap<string, SourceFile>,
  held: ReadonlyMap<string, PipelineFacts>,
  unknown: readonly string[],
  { descriptors, limits }: VerifyOptions & { readonly limits: Limits },
  misfits: Misfit[],
): Promise<Map<string, Plan>> {
  const pipelines: PipelineLookup = {
    names: [...new Set([...held.keys(), ...sources.keys()])].sort(),
    find(name) {
      const source = sources.get(name);
      return held.get(name) ?? (source && calleeOf(source));
    },
  };
  const plans = new Map<string, Plan>();
  for (const [name, source] of sources) {
    if (held.has(name) || usedComponents(source).some((component) => unknown.includes(component))) continue;
    const result = await checkPipeline(source, { descriptors, pipelines, limits });
    if (result.plan) plans.set(name, result.plan);
    else {
      const problems = result.problems.filter(({ severity }) => severity === 'error');
      const message = `${quote(name)} is not valid: ${problems[0]?.message ?? 'it cannot be compiled'}`;
      misfits.push({ code: 'RELEASE_INVALID', message, path: ['pipelines', name], pipeline: name, problems });
    }
  }
  return plans;
}

/** Pipelines that call each other in a circle, or deeper than a run may go. */
function checkChains(
  facts: ReadonlyMap<string, PipelineFacts>,
  sources: ReadonlyMap<string, SourceFile>,
  limits: Limits,
  misfits: Misfit[],
): void {
  const names = [...facts.keys()].sort();
  const checked = new Map([...facts].map(([name, plan]) => [name, { plan, source: sources.get(name) }]));
  for (const problem of checkCalls(names, checked, limits))
    misfits.push({ code: 'RELEASE_INVALID', message: problem.message, path: ['pipelines'], problems: [problem] });
}

function checkNeeds({ requires }: ReleaseManifest, facts: ReadonlyMap<string, PipelineFacts>, misfits: Misfit[]): void {
  const needs = needsOf([...facts.values()]);
  const lists: [JsonPath, readonly string[], readonly string[]][] = [
    [['vars'], requires.vars, needs.vars],
    [['secrets'], requires.secrets, needs.secrets],
    [['optional_secrets'], requires.optional_secrets, needs.optional_secrets],
    [['triggers', 'vars'], requires.triggers.vars, needs.triggers.vars],
    [['triggers', 'secrets'], requires.triggers.secrets, needs.triggers.secrets],
  ];
  for (const [path, said, found] of lists) {
    if (sameJson([...said], [...found])) continue;
    const message = `The pipelines need ${listed(found)}, and the manifest says ${listed(said)}`;
    misfits.push({ code: 'RELEASE_MISMATCH', message, path: ['requires', ...path] });
  }
}

function checkComponents(manifest: ReleaseManifest, used: readonly string[], misfits: Misfit[]): void {
  const said = Object.keys(manifest.components).sort();
  // Pipelines that could not be read use components that nobody knows.
  const complete = misfits.every(({ path }) => path[0] !== 'pipelines');
  const missing = used.filter((name) => !said.includes(name));
  const extra = complete ? said.filter((name) => !used.includes(name)) : [];
  if (missing.length === 0 && extra.length === 0) return;
  const message = `The pipelines use ${listed(used)}, and the manifest says ${listed(said)}`;
  misfits.push({ code: 'RELEASE_MISMATCH', message, path: ['components'] });
}

function checkDigest(manifest: ReleaseManifest, digest: string | undefined, misfits: Misfit[]): void {
  if (digest === undefined) return;
  const found = manifestDigest(manifest);
  if (found === digest) return;
  const message = `The digest of the release is ${found}, and not ${quote(digest, 64)}`;
  misfits.push({ code: 'RELEASE_MISMATCH', message, path: [] });
}

/** Sorted, each once. */
function usedIn(sources: ReadonlyMap<string, SourceFile>, held: ReadonlyMap<string, PipelineFacts>): string[] {
  const used = new Set<string>();
  for (const { requires } of held.values()) for (const name of Object.keys(requires.components)) used.add(name);
  for (const source of sources.values()) for (const name of usedComponents(source)) used.add(name);
  return [...used].sort();
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? 'none' : quoteList(names);
}
