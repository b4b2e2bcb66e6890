import { NO_SECRET } from '../../core/compile/secrets.ts';
import { SEES_TRIGGER } from '../../core/compile/triggers.ts';
import { FlowMasonError, fail } from '../../core/errors.ts';
import { compileTemplate } from '../../core/expression/template.ts';
import type { Environment, Template } from '../../core/expression/types.ts';
import type { Json } from '../../core/json.ts';
import { StageError } from '../../core/run.ts';
import type { NewRun } from '../../store/runs.ts';
import type { StoredTrigger } from '../../store/triggers.ts';
import { type AcceptingPlane, acceptRun, varsNow } from '../runs/accept.ts';
import { inputOf } from './read.ts';

/** What `trigger` is in the templates of one. */
export type TriggerRoot =
  | { readonly scheduled_at: string }
  | { readonly body: Json; readonly headers: Record<string, string>; readonly query: Record<string, Json> };

export interface FiringOptions {
  readonly actor: string;
  readonly run_id?: string | undefined;
}

/**
 * The run that a trigger starts. Throws FlowMasonError `VALIDATION`, `QUOTA`, `EXPRESSION`, `CONFIGURATION`, `NOT_FOUND`
 * for an input that cannot be made or does not fit, and then there is no run.
 */
export async function acceptFiring(
  control: AcceptingPlane,
  trigger: StoredTrigger,
  root: TriggerRoot,
  { actor, run_id }: FiringOptions,
): Promise<NewRun> {
  const { environment, project, pipeline, id, type } = trigger;
  const active = await control.store.releases.activePipeline(environment, pipeline);
  if (active?.project !== project) fail('NOT_FOUND', `The pipeline ${pipeline} is not active any more`);
  const input = await resolved(control, compiled(inputOf(trigger.definition), NO_SECRET.input), root);
  return acceptRun({ control, caller: { actor } }, active, { input, run_id, trigger: `${type}:${id}` });
}

/** The text that a webhook's calls are told apart by. Throws FlowMasonError `EXPRESSION`. */
export async function dedupeKey(control: AcceptingPlane, key: string, root: TriggerRoot): Promise<string> {
  const value = await resolved(control, compiled(key, NO_SECRET.dedupeKey), root);
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function compiled(value: Json, noSecrets: string): Template {
  const result = compileTemplate(value, { ...SEES_TRIGGER, noSecrets });
  if (result.ok) return result.value;
  return fail('EXPRESSION', result.problems.map(({ message }) => message).join('; '));
}

async function resolved(control: AcceptingPlane, template: Template, trigger: TriggerRoot): Promise<Json> {
  const environment: Environment = {
    input: null,
    context: {},
    vars: await varsNow(control, [...template.references.vars]),
    secrets: new Map(),
    stage: () => undefined,
    locals: { trigger },
    now: control.clock.now(),
    uuids: { seed: control.ids.random(), count: 0 },
  };
  try {
    // Without secrets, what a template gives is JSON.
    return template.resolve(environment) as Json;
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    fail(error.type, error.message, { hint: error.hint, details: error.details });
  }
}

/** An error as a list shows it. Throws those again that are the database's, which is away for everybody. */
export function firingError(error: unknown): { readonly code: string; readonly message: string } {
  if (!(error instanceof FlowMasonError)) return { code: 'INTERNAL', message: String(error) };
  const { code, message } = error;
  if (/^(DATABASE_|SCHEMA_|TRANSACTION_)/.test(code)) throw error;
  return { code, message };
}
