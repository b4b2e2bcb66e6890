import type { PipelineFile } from '../../core/api/deployment.ts';
import { fail } from '../../core/errors.ts';
import { isObject, type JsonObject } from '../../core/json.ts';
import { quote, quoteList } from '../../core/quote.ts';
import type { Digest } from '../../core/release/digest.ts';
import { shortDigest } from '../../core/release/short-digest.ts';
import type { Upstream } from '../../core/upstream.ts';
import type { NewPipeline } from '../../store/releases.ts';
import type { ControlPlane } from '../control.ts';
import type { Promote } from '../schema/promote.ts';
import { checkPipelineText } from './check-pipeline-text.ts';
import { checkRelease, type NamedRelease, nameRelease } from './check-release.ts';

/** What is known of a release in the place that it comes from. */
export interface BroughtEvidence {
  readonly kind: string;
  readonly content: JsonObject;
  readonly actor: string;
}

/** A release with all that comes with it. */
export interface PromotedRelease extends NamedRelease {
  /** The environment that it comes from. */
  readonly origin: string;
  readonly evidence: readonly BroughtEvidence[];
  /** Pipelines that are not stored here yet, each checked against its digest. */
  readonly pipelines: readonly NewPipeline[];
}

/**
 * The release that is to be promoted: pulled from the upstream, or as whoever promotes brings it where there is none.
 * Throws FlowMasonError `UPSTREAM_MISSING`, `SOURCE_REFUSED`, `SOURCE_MOVED`, `NEVER_ACTIVE`, `NOT_FOUND`, `USAGE`,
 * `RELEASE_INVALID`, `RELEASE_MISMATCH`, `UPSTREAM_FAILED`, and what the upstream throws.
 */
export async function promotedRelease(
  control: ControlPlane,
  promote: Promote,
  actor: string,
): Promise<PromotedRelease> {
  const { environment, upstream } = control;
  if (promote.relay) return relayed(control, promote.relay, actor);
  if (!upstream) {
    return fail('UPSTREAM_MISSING', `The server of ${environment} does not know where to promote from`, {
      hint: 'Set FM_UPSTREAM_URL and FM_UPSTREAM_KEY where it runs, or type fm promote where both environments are set up',
    });
  }
  requireSource(control, promote.from ?? upstream.environment);
  const digest = promote.release ?? (await activeThere(upstream, promote));
  const found = await upstream.release(digest);
  if (!found || found.deployment === null) {
    return fail('NEVER_ACTIVE', `Release ${shortDigest(digest)} was never active in ${upstream.environment}`, {
      hint: `fm history --env ${upstream.environment}`,
      details: { release: digest, source: upstream.environment },
    });
  }
  const release = nameRelease(found.manifest, digest);
  requireProject(release, promote.project, upstream.environment);
  const { missing } = await checkRelease(control, release);
  const pulled = missing.length === 0 ? [] : await upstream.pipelines(missing);
  requireAll(pulled, missing, upstream.environment);
  const evidence = found.evidence.flatMap(({ kind, content, actor }) =>
    // A member of JSON is JSON.
    isObject(content) ? [{ kind, content: content as JsonObject, actor }] : [],
  );
  const pipelines = pulled.map((pipeline) => checkPipelineText(control, pipeline));
  return { ...release, origin: upstream.environment, evidence, pipelines };
}

function relayed(
  control: ControlPlane,
  { from, manifest, digest, evidence }: NonNullable<Promote['relay']>,
  actor: string,
): PromotedRelease {
  const { environment, upstream } = control;
  if (upstream) {
    fail(
      'SOURCE_REFUSED',
      `${environment} pulls from ${upstream.environment} itself, and takes no release from elsewhere`,
      {
        hint: `fm promote ${environment} --from ${upstream.environment}`,
        details: { source: upstream.environment },
      },
    );
  }
  requireSource(control, from);
  const brought = evidence.map((one) => ({ ...one, actor }));
  return { ...nameRelease(manifest, digest), origin: from, evidence: brought, pipelines: [] };
}

function requireSource({ environment, upstream }: ControlPlane, from: string): void {
  if (from === environment) fail('SOURCE_REFUSED', `${environment} cannot be promoted from itself`);
  if (upstream === undefined || from === upstream.environment) return;
  fail(
    'SOURCE_REFUSED',
    `The server of ${environment} promotes from ${upstream.environment}, and not from ${quote(from)}`,
    {
      hint: `fm promote ${environment} --from ${upstream.environment}`,
      details: { source: upstream.environment, from },
    },
  );
}

/** What is active under one project's name is of that project, whatever its source says. */
function requireProject({ manifest, digest }: NamedRelease, project: string | undefined, from: string): void {
  if (project === undefined || manifest.project === project) return;
  fail(
    'RELEASE_MISMATCH',
    `${from} gave release ${shortDigest(digest)} as one of ${project}, and it is one of ${quote(manifest.project)}`,
    { details: { project, found: manifest.project } },
  );
}

function requireAll(pulled: readonly PipelineFile[], missing: readonly Digest[], from: string): void {
  const came = new Set(pulled.map(({ digest }) => digest));
  const lost = missing.filter((digest) => !came.has(digest));
  if (lost.length === 0) return;
  fail('UPSTREAM_FAILED', `${from} did not give ${lost.length} of ${missing.length} pipelines of the release`, {
    hint: `Run the command again; if it stays so, deploy to ${from} again.`,
    details: { upstream: from, missing: lost },
  });
}

/** The release that is active in the source, as it is believed to be. */
async function activeThere(upstream: Upstream, { project, expected, any }: Promote): Promise<Digest> {
  const { environment } = upstream;
  const active = await upstream.active(project);
  const [only] = active;
  if (!only) {
    const of = project === undefined ? '' : ` of ${project}`;
    return fail('NOT_FOUND', `Nothing${of} is active in ${environment}`, { hint: `fm deploy ${environment}` });
  }
  if (active.length > 1) {
    const projects = active.map((one) => one.project).sort();
    return fail('USAGE', `${environment} has several projects, so one has to be named: ${quoteList(projects)}`, {
      hint: `--project ${projects[0]}`,
      details: { projects },
    });
  }
  if (expected === undefined || any || expected === only.digest) return only.digest;
  const { digest, version, number } = only;
  return fail(
    'SOURCE_MOVED',
    `${environment} has #${number} ${version} (${shortDigest(digest)}) active, and not ${shortDigest(expected)}`,
    { hint: `fm diff files ${environment}`, details: { expected, active: { release: digest, version, number } } },
  );
}
