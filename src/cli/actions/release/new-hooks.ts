import { FlowMasonError } from '../../../core/errors.ts';
import type { Target } from '../../../hosts/node/targets/target.ts';
import type { Outcome } from '../../command.ts';
import { hookLines, hookUrl } from '../../print/triggers.ts';
import { listTriggers } from '../triggers/read.ts';
import type { Deployed } from './deploy.ts';

/** The address of a webhook that became active: whoever is to call it has to be told. */
export interface NewHook {
  readonly pipeline: string;
  readonly id: string;
  readonly url: string;
}

/** Webhooks that a release has and the one before had not. Nothing where they cannot be asked for: it is active anyway. */
export async function newHooks(target: Target, { deployment, shown }: Deployed): Promise<NewHook[]> {
  const added = shown?.diff?.triggers.added.filter(({ type }) => type === 'webhook') ?? [];
  if (!deployment || target.kind === 'org' || added.length === 0) return [];
  try {
    const triggers = await listTriggers(target.client, undefined);
    return triggers.flatMap((trigger) => {
      const { pipeline, id } = trigger;
      const url = hookUrl(target.place, trigger);
      const isNew = added.some((entry) => entry.pipeline === pipeline && entry.id === id);
      return isNew && url !== undefined ? [{ pipeline, id, url }] : [];
    });
  } catch (error) {
    if (error instanceof FlowMasonError) return [];
    throw error;
  }
}

/** What a deployment came to, with the addresses of its new webhooks. */
export function withHooks(outcome: Outcome, hooks: readonly NewHook[]): Outcome {
  if (hooks.length === 0) return outcome;
  const json = { ...outcome.json, hooks: hooks.map((hook) => ({ ...hook })) };
  return { ...outcome, json, text: `${outcome.text}\n${hookLines(hooks)}` };
}
