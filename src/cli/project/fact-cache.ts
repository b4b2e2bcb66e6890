import { join } from 'node:path';
import { isObject } from '../../core/json.ts';
import type { Problem } from '../../core/problem.ts';
import { DIGEST, type Digest } from '../../core/release/digest.ts';
import type { PipelineFacts } from '../../core/release/facts.ts';
import { writeAtomic } from '../../hosts/node/atomic-file.ts';
import { makeFolder } from '../../hosts/node/runs/layout.ts';
import { hashBytes } from './local-files.ts';
import { readBytes } from './read-text.ts';

/** What is known of a text: its digest, which follows from it alone, and what a checker found. */
export interface CachedPipeline {
  readonly name: string;
  /** SHA-256 of the file's bytes. */
  readonly hash: string;
  readonly digest: Digest;
  /** Absent when it was not checked yet. */
  readonly checked?: {
    /** `checkerOf` of whoever did. */
    readonly checker: string;
    readonly facts: PipelineFacts;
    /** Without their files. */
    readonly warnings: readonly Problem[];
  };
}

const FORMAT = 1;
/** More than ten thousand pipelines need; a file that is larger is none of ours. */
const MOST_BYTES = 200_000_000;

/**
 * What the last command knew of the project's pipeline files, by name. A cache is there to save time: what is missing,
 * damaged or of another version is not known. `home` is the project's `.flowmason`.
 */
export function readFactCache(home: string): Map<string, CachedPipeline> {
  try {
    const bytes = readBytes(fileOf(home), 'cache', MOST_BYTES);
    if (typeof bytes === 'number') return new Map();
    const text = new TextDecoder().decode(bytes);
    const end = text.indexOf('\n');
    const body = text.slice(end + 1);
    if (text.slice(0, end) !== headOf(body)) return new Map();
    const list: unknown = JSON.parse(body);
    const known = Array.isArray(list) ? list.filter(isCached) : [];
    return new Map(known.map((pipeline) => [pipeline.name, pipeline]));
  } catch {
    return new Map();
  }
}

/** Keeps exactly these. A folder that cannot be written to is no error. */
export function writeFactCache(home: string, pipelines: readonly CachedPipeline[]): void {
  const body = JSON.stringify(pipelines);
  try {
    makeFolder(home, join(home, 'cache'));
    writeAtomic(fileOf(home), `${headOf(body)}\n${body}`);
  } catch {
    // The next command finds out again.
  }
}

function fileOf(home: string): string {
  return join(home, 'cache', 'pipelines.json');
}

/** A half-written or otherwise damaged body has another hash. */
function headOf(body: string): string {
  return JSON.stringify({ format: FORMAT, sha256: hashBytes(body) });
}

/** The hash keeps damage out; this keeps out what others made that looks the same. */
function isCached(value: unknown): value is CachedPipeline {
  if (!isObject(value) || typeof value.name !== 'string') return false;
  if (!isDigest(value.hash) || !isDigest(value.digest)) return false;
  const { checked } = value;
  if (checked === undefined) return true;
  if (!isObject(checked) || !isDigest(checked.checker) || !Array.isArray(checked.warnings)) return false;
  const { facts } = checked;
  return isObject(facts) && facts.name === value.name && facts.digest === value.digest && hasNeeds(facts);
}

function hasNeeds({ version, requires, called }: Readonly<Record<string, unknown>>): boolean {
  if (typeof version !== 'string' || !isObject(requires) || !isObject(called)) return false;
  const { triggers, components, pipelines } = requires;
  const lists = [requires.vars, requires.secrets, requires.optionalSecrets];
  if (!isObject(triggers) || !isObject(components) || !Array.isArray(pipelines)) return false;
  return [...lists, triggers.vars, triggers.secrets].every((list) => Array.isArray(list)) && pipelines.every(isObject);
}

function isDigest(value: unknown): boolean {
  return typeof value === 'string' && DIGEST.test(value);
}
