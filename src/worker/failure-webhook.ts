import { hmac } from '@noble/hashes/hmac.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';
import type { Json } from '../core/json.ts';
import type { Clock, Fetch, SecretSource } from '../core/ports.ts';
import { StageError } from '../core/run.ts';
import type { FailureCall } from '../store/failure-calls.ts';
import type { Run } from '../store/run-states.ts';
import type { Store } from '../store/store.ts';
import type { FailureWebhook } from '../store/tables/deployments.ts';

/** What a host gives to tell of failed runs with. */
export interface FailureHost {
  readonly store: Store;
  readonly environment: string;
  readonly tenant: string | null;
  readonly clock: Clock;
  readonly fetch: Fetch;
  readonly secrets: SecretSource;
  /** Told when the first attempt to tell of a run has failed, and when the last one has. */
  readonly onUntold?: ((untold: Untold) => void) | undefined;
}

/** Why the webhook was not told of a run; without its path, which may hold what lets others call it. */
export interface Untold {
  readonly run: string;
  readonly attempt: number;
  /** It is not tried again. */
  readonly given_up: boolean;
  readonly host: string;
  /** Begins with a code of `fm explain`, where there is one. */
  readonly why: string;
}

interface Problem extends Pick<Untold, 'host' | 'why'> {
  readonly message: string;
}

/** Calls that are sent one after the other before others are looked for. */
const BATCH = 20;
/** Milliseconds: shorter than the lease of a call. */
const PATIENCE_MS = 20_000;
const MOST_ANSWER = 1_000_000;
/** Pauses grow threefold from ten seconds to an hour: twelve attempts take about seven hours. */
const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 3_600_000;
const MOST_ATTEMPTS = 12;

/**
 * Tells the environment's failure webhook of every failed run that it was not told of, at least once each, with the same
 * `Idempotency-Key` every time. What is not answered with 2xx is tried again later. Throws FlowMasonError `DATABASE_…`.
 */
export async function deliverFailures(host: FailureHost): Promise<void> {
  const { store, environment, clock } = host;
  for (const call of await store.failureCalls.take(environment, BATCH)) {
    const problem = await deliver(host, call);
    const isOver = problem === undefined || call.attempts >= MOST_ATTEMPTS;
    const pause = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 3 ** (call.attempts - 1));
    const due_at = isOver ? null : clock.now() + pause;
    await store.failureCalls.settle(call, { due_at, problem: problem?.message ?? null });
    if (problem === undefined || (call.attempts > 1 && !isOver)) continue;
    host.onUntold?.({ run: call.run, attempt: call.attempts, given_up: isOver, host: problem.host, why: problem.why });
  }
}

/** Undefined when it arrived, or nobody wants to know any more; else why it did not. */
async function deliver(host: FailureHost, call: FailureCall): Promise<Problem | undefined> {
  const { store, environment, clock, fetch } = host;
  const webhook = (await store.environments.get(environment))?.failure_webhook;
  const run = await store.runs.get(call.run);
  if (!webhook || !run) return undefined;
  const target = new URL(webhook.url).host;
  const giveUp = new AbortController();
  const stop = clock.after(PATIENCE_MS, () => giveUp.abort(new Error('no answer came in time')));
  try {
    const body = JSON.stringify(failureMessage(host, call, run));
    const { status } = await fetch({
      url: webhook.url,
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'idempotency-key': call.id,
        ...(await signature(host, webhook, body)),
      },
      body,
      follow_redirects: false,
      signal: giveUp.signal,
      max_bytes: MOST_ANSWER,
    });
    if (status >= 200 && status < 300) return undefined;
    const message = `it answered ${status}`;
    return { message, host: target, why: message };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const why = error instanceof StageError ? [error.code, ...(error.hint ? [error.hint] : [])].join(': ') : message;
    return { message, host: target, why };
  } finally {
    stop();
  }
}

/** What is sent. Inputs and outputs of the run are not: whoever may see them asks for the run. */
function failureMessage({ environment, tenant }: FailureHost, { id }: FailureCall, run: Run): Json {
  const { pipeline, project, version, release, trigger, actor, error, accepted_at, started_at, finished_at } = run;
  const about = { run_id: run.id, project, pipeline, version, release, trigger, actor };
  const times = { accepted_at, started_at, finished_at };
  return { type: 'run.failed', id, environment, tenant, run: { ...about, ...times, error } };
}

/** `t=…,v1=…`, over the time in seconds, a dot and the body: what the scheme `stripe` of webhooks checks. */
async function signature(
  { secrets, clock }: FailureHost,
  { secret: name }: FailureWebhook,
  body: string,
): Promise<Record<string, string>> {
  if (name === null) return {};
  const secret = (await secrets.read([name])).get(name);
  if (secret === undefined) throw new Error(`the secret ${name} is not set: ${secrets.howToSet(name)}`);
  const time = Math.floor(clock.now() / 1_000);
  const digest = bytesToHex(hmac(sha256, utf8ToBytes(secret), utf8ToBytes(`${time}.${body}`)));
  return { 'x-flowmason-signature': `t=${time},v1=${digest}` };
}
