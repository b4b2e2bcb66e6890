import type { JsonObject } from '../../core/json.ts';
import { type Json, own } from '../../core/json.ts';
import type { Missed } from '../../core/schedule/due-times.ts';

/** A schedule as the pipeline's file has it; it was checked when it was deployed. */
export interface ScheduleDefinition {
  readonly cron: string;
  readonly timezone: string;
  readonly missed: Missed;
}

/** How a sender proves itself. */
export interface SignatureDefinition {
  readonly scheme: 'hmac' | 'github' | 'stripe' | 'none';
  readonly header?: string;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha384' | 'sha512';
  readonly secret?: string;
  readonly encoding?: 'hex' | 'base64';
  readonly prefix?: string;
  /** Seconds, or a text with its unit. */
  readonly tolerance?: number | string;
}

export interface WebhookDefinition {
  readonly method: string;
  readonly signature: SignatureDefinition;
  readonly dedupe: { readonly key: string; readonly ttl?: number | string } | undefined;
}

export function scheduleIn(definition: JsonObject): ScheduleDefinition {
  const { cron, timezone = 'UTC', missed = 'skip' } = definition;
  // What is stored was checked against the schema of triggers (`compile/definition.ts`), which the type follows.
  return { cron, timezone, missed } as unknown as ScheduleDefinition;
}

export function webhookIn(definition: JsonObject): WebhookDefinition {
  const { method = 'POST', signature, dedupe } = definition;
  // What is stored was checked against the schema of triggers (`compile/definition.ts`), which the type follows.
  return { method, signature, dedupe } as unknown as WebhookDefinition;
}

/** The template of a run's input: a webhook's default is its body, a schedule has none. */
export function inputOf(definition: JsonObject): Json {
  const written = own(definition, 'input');
  if (written !== undefined) return written as Json;
  return definition.type === 'webhook' ? '{{ trigger.body }}' : {};
}

/** The part of a webhook's address that nobody can guess. */
export function hookOf({ path }: { readonly path: string | null }): string | undefined {
  return path?.split('/')[0];
}

export function isSameSchedule(a: JsonObject, b: JsonObject): boolean {
  const [left, right] = [scheduleIn(a), scheduleIn(b)];
  return a.type === b.type && left.cron === right.cron && left.timezone === right.timezone;
}
