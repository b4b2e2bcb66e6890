import type { PipelineFacts } from '../../src/core/release/facts.ts';
import type { NewPipeline, NewRelease } from '../../src/store/releases.ts';
import type { NewRun } from '../../src/store/runs.ts';
import type { Store } from '../../src/store/store.ts';

export const LOG = { environment: 'production', project: 'shop' };
export const SETTINGS = { protected: false, promotes_from: null, immutable_versions: false, requires: [] };

export function pipeline(name: string, text = 'first'): NewPipeline {
  return {
    digest: `${name}-${text}`,
    name,
    definition: `{"name":"${name}","text":"${text}"}`,
    source: `${text} of ${name}\n`,
  };
}

/** What a check of that pipeline found. */
export function facts(name: string, called: Readonly<Record<string, string>> = {}): PipelineFacts {
  const none = { vars: [], secrets: [] };
  const pipelines = Object.keys(called).map((name) => ({ name }));
  const requires = { ...none, optionalSecrets: [], triggers: none, pipelines, components: { logger: '1.0.0' } };
  return { name, digest: pipeline(name).digest, version: '1.0.0', requires, called };
}

/** A release whose digest is its first argument, of pipelines with the same names. */
export function release(
  digest: string,
  names: readonly string[] = ['pay'],
  more: Partial<NewRelease> = {},
): NewRelease {
  const pipelines = Object.fromEntries(names.map((name) => [name, pipeline(name).digest]));
  return { digest, project: LOG.project, version: '1.0.0', manifest: `{"release":"${digest}"}`, pipelines, ...more };
}

export async function stored(store: Store, ...list: readonly NewRelease[]): Promise<void> {
  for (const one of list) {
    await store.releases.putPipelines(Object.keys(one.pipelines).map((name) => pipeline(name)));
    await store.releases.putManifest(one);
  }
}

/** Deploys a stored release on top of what is active; answers the entry's number. */
export async function deployed(
  store: Store,
  digest: string,
  more: { project?: string; environment?: string; kind?: 'deploy' | 'rollback' } = {},
): Promise<number> {
  const log = { environment: more.environment ?? LOG.environment, project: more.project ?? LOG.project };
  return store.transaction(async (tx) => {
    const active = await tx.releases.active(log.environment, log.project);
    const { number } = await tx.deployments.begin({
      ...log,
      kind: more.kind ?? 'deploy',
      release: digest,
      base: active?.number ?? 0,
      actor: 'ada',
    });
    await tx.deployments.activate(log, number);
    return number;
  });
}

export function newRun(id: string, more: Partial<NewRun> = {}): NewRun {
  return {
    id,
    ...LOG,
    pipeline: 'pay',
    version: '1.0.0',
    release: 'r1',
    input: { order: 7 },
    vars: { region: 'eu' },
    actor: 'ada',
    ...more,
  };
}

/** The first try of a segment. */
export function epoch(segment: number, retry = 0) {
  return { segment, retry };
}

export const SUCCEEDED = { status: 'succeeded', result: { ok: true }, error: null, usage: null } as const;
export const FAILED = {
  status: 'failed',
  result: null,
  error: { type: 'TIMEOUT', code: 'timeout', message: 'too slow' },
  usage: null,
} as const;
