import { inputOf } from '../../core/accept-input.ts';
import { FlowMasonError, fail } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import type { PipelineDefinition } from '../../core/pipeline.ts';
import { releaseLimits } from '../../core/release/manifest.ts';
import { StageError } from '../../core/run.ts';
import type { ActivePipeline } from '../../store/releases.ts';
import type { NewRun } from '../../store/runs.ts';
import type { Acceptance, Caller, ControlPlane } from '../control.ts';
import { requireRelease } from './definitions.ts';

export interface Accepted {
  readonly input: Json;
  readonly run_id?: string | undefined;
  readonly priority?: number | undefined;
  readonly trigger?: string | undefined;
}

/** Of 0 to 9 (PIPELINES.md 1). */
const USUAL_PRIORITY = 5;

/** What `findPipeline` and `acceptRun` refuse with. */
export const START_ERRORS = ['NOT_FOUND', 'USAGE', 'PIPELINES_MISSING', 'VALIDATION', 'QUOTA'] as const;

/** What accepting a run takes of a control plane. */
export type AcceptingPlane = Pick<
  ControlPlane,
  'store' | 'environment' | 'ids' | 'clock' | 'limits' | 'vars' | 'acceptances'
>;

export interface Accepting {
  readonly control: AcceptingPlane;
  readonly caller: Pick<Caller, 'actor'> & Partial<Pick<Caller, 'traceparent'>>;
}

/**
 * A run of a pipeline (it may still be looked for), pinned to its release, with the variables as they are now. Throws FlowMasonError `VALIDATION` with
 * everything that is wrong with the input, `QUOTA` for one that is too large; then there is no run.
 */
export async function acceptRun(
  { control, caller }: Accepting,
  found: ActivePipeline | Promise<ActivePipeline>,
  accepted: Accepted,
): Promise<NewRun> {
  const { environment, ids, clock, acceptances } = control;
  const [pipeline, stored] = await Promise.all([found, control.store.vars.snapshot(environment)]);
  const make = () => acceptanceOf(control, pipeline);
  const acceptance = await (acceptances?.get(`${pipeline.release}/${pipeline.name}`, make) ?? make());
  checkInput(acceptance, accepted.input);
  return {
    id: accepted.run_id ?? ids.run(clock.now()),
    environment,
    project: pipeline.project,
    pipeline: pipeline.name,
    version: pipeline.version,
    release: pipeline.release,
    // As it was given: its defaults are the release's, which never changes.
    input: accepted.input,
    vars: withHostVars(control, stored, acceptance.vars),
    actor: caller.actor,
    priority: accepted.priority ?? acceptance.priority,
    trigger: accepted.trigger,
    traceparent: caller.traceparent,
  };
}

async function acceptanceOf(
  { store, limits }: Pick<ControlPlane, 'store' | 'limits'>,
  { release, digest }: ActivePipeline,
): Promise<Acceptance> {
  const { manifest } = await requireRelease(store, release);
  const [content] = await store.releases.content([digest]);
  if (!content) fail('PIPELINES_MISSING', `The pipeline ${digest} is not stored any more`);
  // What is stored was compiled before, so it is one.
  const { name, input, priority = USUAL_PRIORITY } = JSON.parse(content.definition) as PipelineDefinition;
  const check = await inputOf({ name, input }, releaseLimits(limits, manifest));
  return { check, priority, vars: manifest.requires.vars };
}

function checkInput({ check }: Acceptance, input: Json): void {
  try {
    check(input);
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    fail(error.type, error.message, { hint: error.hint, details: error.details });
  }
}

export async function varsNow(
  control: Pick<ControlPlane, 'store' | 'environment' | 'vars'>,
  needed: readonly string[],
): Promise<Record<string, Json>> {
  return withHostVars(control, await control.store.vars.snapshot(control.environment), needed);
}

/** The host's variables under those that are stored. Names that are read only where they exist need not be there. */
function withHostVars(
  { vars }: Pick<ControlPlane, 'vars'>,
  stored: Readonly<Record<string, Json>>,
  needed: readonly string[],
): Record<string, Json> {
  const provided = Object.keys(vars).filter((name) => !Object.hasOwn(stored, name));
  const found = provided.flatMap((name): [string, Json][] => {
    try {
      const value = vars[name];
      return value === undefined ? [] : [[name, value]];
    } catch (error) {
      // One that refers to what is not set here; nobody has to have it.
      if (error instanceof FlowMasonError && !needed.includes(name)) return [];
      throw error;
    }
  });
  return { ...Object.fromEntries(found), ...stored };
}
