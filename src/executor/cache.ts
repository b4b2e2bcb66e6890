import canonicalize from 'canonicalize';
import type { Environment } from '../core/expression/types.ts';
import type { Json } from '../core/json.ts';
import { hideSecrets, type Prepared } from './prepare.ts';
import type { StageRun } from './stage-run.ts';

/**
 * Looks up the output of an equal earlier success (PIPELINES.md 2, `cache`). `key` is set when the stage is cached at
 * all; `output` when there was one. Secrets never enter a key: they count as `***`.
 */
export async function cached(
  stageRun: StageRun,
  prepared: Prepared,
  environment: Environment,
): Promise<{ key?: string; output?: Json }> {
  const { run, stage } = stageRun;
  const { cache } = run.runtime;
  if (!stage.cache || !cache) return {};
  const { component } = prepared;
  const basis = stage.cache.key
    ? { key: hideSecrets(stage.cache.key.resolve(environment)) }
    : { config: hideSecrets(prepared.resolved) };
  const { environment: place, tenant } = run.options;
  const text = canonicalize({
    component: component.name,
    version: component.version,
    environment: place,
    tenant,
    ...basis,
  });
  const key = await sha256(text ?? '');
  // A cache saves work; one that is down must not fail what would have succeeded without it.
  const output = await cache.get(key).catch(() => undefined);
  return output === undefined ? { key } : { key, output };
}

/** Keeps a success for the stage's `ttl`. */
export async function store(stageRun: StageRun, key: string, output: Json): Promise<void> {
  const { run, stage } = stageRun;
  if (stage.cache) await run.runtime.cache?.set(key, output, stage.cache.ttl).catch(() => {});
}

async function sha256(text: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text));
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
