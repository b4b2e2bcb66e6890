import { parseDuration } from '../../core/duration.ts';
import { fail } from '../../core/errors.ts';
import { sha256Hex } from '../../core/sha256.ts';
import type { FiringKey } from '../../store/firings.ts';
import type { StoredTrigger } from '../../store/triggers.ts';
import type { ControlPlane } from '../control.ts';
import { createAndEnqueue, enqueueDue } from '../runs/enqueue.ts';
import { acceptFiring, dedupeKey, firingError, type TriggerRoot } from './accept-firing.ts';
import { checkSignature, type Proof, type Signed } from './check-signature.ts';
import { hookBody, shownHeaders, valuesOf } from './hook-body.ts';
import { webhookIn } from './read.ts';

/** A call of a webhook, with its body as it was sent. */
export interface HookCall extends Signed {
  readonly query: URLSearchParams;
}

export interface Received {
  readonly run_id: string;
  /** The run was started by an earlier call. */
  readonly repeated: boolean;
}

/** How long a key of `dedupe` is remembered that says nothing of it, milliseconds. */
const USUAL_TTL = 86_400_000;

/**
 * Starts the run of a webhook, or answers the one that an equal call has started. Throws FlowMasonError `HOOK_SIGNATURE`,
 * `HOOK_UNAVAILABLE`, `TRIGGER_PAUSED`, `QUEUE_FULL`, `BODY_INVALID`, `CONTENT_TYPE`, and what `acceptFiring` throws; then nothing starts.
 */
export async function receiveHook(control: ControlPlane, trigger: StoredTrigger, call: HookCall): Promise<Received> {
  const { signature, dedupe } = webhookIn(trigger.definition);
  const { clock, secretSource: secrets, store } = control;
  const proof = await checkSignature(signature, call, { secrets, now: clock.now() });
  if (trigger.paused) {
    fail('TRIGGER_PAUSED', 'The webhook is paused; it starts nothing until it is resumed', {
      details: { retry_after: 60 },
    });
  }
  const root: TriggerRoot = {
    body: hookBody(call.body, call.headers),
    headers: shownHeaders(call.headers, signature.header),
    query: valuesOf(call.query),
  };
  try {
    const received = await start(
      control,
      trigger,
      root,
      keysOf(proof, await keyOf(control, dedupe, root), clock.now()),
    );
    const { run_id, repeated } = received;
    if (!repeated) await store.triggers.note(trigger, { scheduled_at: null, run_id, error: null });
    return received;
  } catch (error) {
    await store.triggers.note(trigger, { scheduled_at: null, run_id: null, error: firingError(error) });
    throw error;
  }
}

interface DedupeKey {
  readonly text: string;
  /** Milliseconds. */
  readonly ttl: number;
}

async function keyOf(
  control: ControlPlane,
  dedupe: { readonly key: string; readonly ttl?: number | string } | undefined,
  root: TriggerRoot,
): Promise<DedupeKey | undefined> {
  if (!dedupe) return undefined;
  return { text: await dedupeKey(control, dedupe.key, root), ttl: parseDuration(dedupe.ttl) ?? USUAL_TTL };
}

function keysOf({ signature, remember }: Proof, dedupe: DedupeKey | undefined, now: number): FiringKey[] {
  return [
    ...(dedupe ? [{ key: `key:${sha256Hex(dedupe.text)}`, expires_at: now + dedupe.ttl }] : []),
    ...(signature === undefined ? [] : [{ key: `signature:${sha256Hex(signature)}`, expires_at: now + remember }]),
  ];
}

async function start(
  control: ControlPlane,
  trigger: StoredTrigger,
  root: TriggerRoot,
  keys: readonly FiringKey[],
): Promise<Received> {
  const { store } = control;
  for (const { key } of keys) {
    const before = await store.firings.find(trigger, key);
    if (before !== undefined) return { run_id: before, repeated: true };
  }
  await control.room?.require();
  const run = await acceptFiring(control, trigger, root, { actor: 'webhook' });
  const before = await store.transaction(async (tx) => {
    const first = await tx.firings.take(trigger, keys, run.id);
    if (first !== undefined) return first;
    await createAndEnqueue(control, tx, run);
    return undefined;
  });
  if (before !== undefined) return { run_id: before, repeated: true };
  await enqueueDue(control, run.id);
  return { run_id: run.id, repeated: false };
}
