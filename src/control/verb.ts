import * as v from 'valibot';
import { fail } from '../core/errors.ts';
import type { JsonObject } from '../core/json.ts';
import { sha256Hex } from '../core/sha256.ts';
import type { AuditEntry } from '../store/audit.ts';
import type { StoreTransaction } from '../store/store.ts';
import type { Caller, ControlPlane, Scope } from './control.ts';
import { type Attempt, holdKey } from './hold-key.ts';
import { inputIssue } from './input-issue.ts';

/** The object that a verb takes: path, query and body together. */
export type InputSchema = v.GenericSchema<object, object>;

/** What every verb knows of a call. */
export interface Call {
  readonly control: ControlPlane;
  readonly caller: Caller;
}

/** What all verbs have. */
interface Described<S extends InputSchema> {
  /** One line for the API's description. */
  readonly summary: string;
  /** What the caller's key needs; null for anybody with a key. `admin` may do everything but `deploy:force`. */
  readonly scope: Scope | null;
  /** Takes calls without a key: what it is given says who calls. */
  readonly open?: boolean;
  readonly input: S;
  /** Codes of what it refuses itself, beside what any route does; for the API's description. */
  readonly errors?: readonly string[];
  /** An input for the API's description. */
  readonly example?: v.InferInput<S>;
  /** Takes pipelines, so its body may be larger. */
  readonly upload?: boolean;
}

/** Reads, and changes nothing. */
export interface Query<S extends InputSchema, Output extends object> extends Described<S> {
  readonly kind: 'query';
  readonly run: (call: Call, input: v.InferOutput<S>) => Promise<Output>;
}

/** Tells what happens, as long as it happens: server-sent events. */
export interface Stream<S extends InputSchema, Event extends object> extends Described<S> {
  readonly kind: 'stream';
  /** Throws before the first event; what goes wrong later cuts the stream off, and the caller comes back. */
  readonly run: (call: Call, input: v.InferOutput<S>, since: Since) => Promise<AsyncIterable<Sent<Event>>>;
}

/** Where a stream begins, and what ends it early. */
export interface Since {
  /** The `Last-Event-ID` of somebody who was cut off. */
  readonly last: string | undefined;
  readonly signal: AbortSignal;
}

/** One event. With an id, a caller can come back for what follows it. */
export interface Sent<Event extends object> {
  readonly id?: string | undefined;
  readonly data: Event;
}

/** Changes something, in one transaction with its audit row and with the answer that a repeated call gets. */
export interface Change<S extends InputSchema, Prepared, Output extends object> extends Described<S> {
  readonly kind: 'change';
  /** HTTP status when it is done. Default 200. */
  readonly status?: 200 | 201 | 202;
  /** What takes long or reads much, before the transaction; changes nothing. */
  readonly prepare: (call: Call, input: v.InferOutput<S>) => Promise<Prepared>;
  /** May be run again when others got in the way, so it changes nothing but the store. */
  readonly apply: (
    call: Call & { readonly tx: StoreTransaction },
    input: v.InferOutput<S>,
    prepared: Prepared,
  ) => Promise<Output>;
  /**
   * The same as `apply` in a transaction of its own, where that can be had for less; undefined where it cannot. Only for
   * calls that have no answer to keep, of verbs without an audit.
   */
  readonly lone?: (call: Call, input: v.InferOutput<S>, prepared: Prepared) => Promise<Output> | undefined;
  /**
   * What the audit says of it; absent for what is no administrative change. Null: nothing was changed. The actor is the
   * caller, unless it says who else.
   */
  readonly audit?: (
    input: v.InferOutput<S>,
    output: Output,
  ) => (Omit<AuditEntry, 'actor'> & Partial<Pick<AuditEntry, 'actor'>>) | null;
  /** What is answered instead of what was committed, to repeated calls too, e.g. after a wait. */
  readonly answer?: (call: Call, input: v.InferOutput<S>, output: Output) => Promise<Output>;
  /** What follows when it is committed, e.g. a run that is to be executed. Its failure undoes nothing. */
  readonly after?: (call: Call, input: v.InferOutput<S>, output: Output) => Promise<void>;
  /** What a repeated call gets, for answers that hold what must not be stored. Default: the answer. */
  readonly kept?: (output: Output) => Output;
  /**
   * A repeated call does nothing by itself, because content is addressed by its digest or nothing is changed with this
   * input: no answer is kept.
   */
  readonly repeatable?: boolean | ((input: v.InferOutput<S>) => boolean);
}

export type Verb<S extends InputSchema, Prepared, Output extends object> =
  | Query<S, Output>
  | Change<S, Prepared, Output>;

export function query<S extends InputSchema, Output extends object>(
  verb: Omit<Query<S, Output>, 'kind'>,
): Query<S, Output> {
  return { kind: 'query', ...verb };
}

export function stream<S extends InputSchema, Event extends object>(
  verb: Omit<Stream<S, Event>, 'kind'>,
): Stream<S, Event> {
  return { kind: 'stream', ...verb };
}

export function change<S extends InputSchema, Output extends object, Prepared = undefined>(
  verb: Omit<Change<S, Prepared, Output>, 'kind' | 'prepare'> & Partial<Pick<Change<S, Prepared, Output>, 'prepare'>>,
): Change<S, Prepared, Output> {
  // Without `prepare`, nothing is what it prepares.
  return { kind: 'change', prepare: async () => undefined as Prepared, ...verb };
}

/**
 * Runs a verb: scope, then the input, then the repetition of an earlier call, then its work. Throws FlowMasonError
 * `FORBIDDEN`, `REQUEST_INVALID` with every field that is wrong, `IDEMPOTENCY_IN_FLIGHT`, `IDEMPOTENCY_MISMATCH`, and
 * what the verb throws; then nothing has changed.
 */
export async function perform<S extends InputSchema, Prepared, Output extends object>(
  verb: Verb<S, Prepared, Output>,
  call: Call,
  raw: JsonObject,
  route: string,
): Promise<Output> {
  requireScope(verb.scope, call.caller);
  const input = parseInput(verb.input, raw);
  if (verb.kind === 'query') return verb.run(call, input);
  const { idempotency_key: key, actor } = call.caller;
  const repeatable = typeof verb.repeatable === 'function' ? verb.repeatable(input) : verb.repeatable;
  if (key === undefined || repeatable) return once(verb, call, input, undefined);
  const { store } = call.control;
  const begun = await store.idempotency.begin({ actor, key, route, body: sha256Hex(JSON.stringify(raw)) });
  // An answer is kept as the verb gave it.
  if (begun.state === 'repeated') return answered(verb, call, input, begun.answer as Output);
  const attempt = { actor, key, attempt: begun.attempt };
  const letGo = holdKey(call.control, attempt);
  try {
    return await once(verb, call, input, attempt);
  } catch (error) {
    // A key that cannot be given back counts as in flight for a while; what went wrong is what the caller has to know.
    await store.idempotency.abandon(attempt, attempt.attempt).catch(() => {});
    throw error;
  } finally {
    await letGo();
  }
}

/** Begins a stream, with the same checks. Throws as `perform`. */
export async function follow<S extends InputSchema, Event extends object>(
  verb: Stream<S, Event>,
  call: Call,
  raw: JsonObject,
  since: Since,
): Promise<AsyncIterable<Sent<Event>>> {
  requireScope(verb.scope, call.caller);
  return verb.run(call, parseInput(verb.input, raw), since);
}

/** Throws FlowMasonError `FORBIDDEN`. */
export function requireScope(scope: Scope | null, { scopes }: Caller): void {
  if (scope === null || scopes.has(scope) || (scope !== 'deploy:force' && scopes.has('admin'))) return;
  fail('FORBIDDEN', `This needs a key with the scope ${scope}; the key has ${[...scopes].join(', ') || 'none'}`, {
    hint: `fm keys create NAME --scope ${scope}`,
    details: { needs: scope, has: [...scopes] },
  });
}

/** The input as the verb takes it. Throws FlowMasonError `REQUEST_INVALID`. */
function parseInput<S extends InputSchema>(schema: S, raw: JsonObject): v.InferOutput<S> {
  const { success, output, issues } = v.safeParse(schema, raw);
  if (success) return output;
  const wrong = issues.map((issue) => inputIssue(schema, issue));
  const [first] = wrong;
  fail('REQUEST_INVALID', `${first?.path || 'The request'}: ${first?.message ?? 'is not valid'}`, {
    hint:
      first?.nearest === undefined ? 'GET /openapi.json describes every field.' : `Did you mean \`${first.nearest}\`?`,
    details: { issues: wrong.map(({ path, message }) => ({ path, message })) },
  });
}

async function once<S extends InputSchema, Prepared, Output extends object>(
  verb: Change<S, Prepared, Output>,
  call: Call,
  input: v.InferOutput<S>,
  kept: Attempt | undefined,
): Promise<Output> {
  const prepared = await verb.prepare(call, input);
  const output = await ((kept === undefined && verb.lone?.(call, input, prepared)) ||
    within(verb, call, input, prepared, kept));
  await verb.after?.(call, input, output);
  return answered(verb, call, input, output);
}

/** Everything of a call, or nothing. */
function within<S extends InputSchema, Prepared, Output extends object>(
  verb: Change<S, Prepared, Output>,
  call: Call,
  input: v.InferOutput<S>,
  prepared: Prepared,
  kept: Attempt | undefined,
): Promise<Output> {
  return call.control.store.transaction(async (tx) => {
    const answer = await verb.apply({ ...call, tx }, input, prepared);
    const entry = verb.audit?.(input, answer);
    if (entry) await tx.audit.append({ actor: call.caller.actor, ...entry });
    if (kept && !(await tx.idempotency.finish(kept, kept.attempt, plain(verb.kept?.(answer) ?? answer)))) {
      fail('IDEMPOTENCY_IN_FLIGHT', 'The call took so long that a repetition of it has taken its place', {
        details: { retry_after: 1 },
      });
    }
    return answer;
  });
}

function answered<S extends InputSchema, Prepared, Output extends object>(
  verb: Change<S, Prepared, Output>,
  call: Call,
  input: v.InferOutput<S>,
  output: Output,
): Promise<Output> | Output {
  return verb.answer ? verb.answer(call, input, output) : output;
}

/** As it crosses the wire: without what is undefined. */
function plain(answer: object): JsonObject {
  return JSON.parse(JSON.stringify(answer)) as JsonObject;
}

/** For verbs that are no object's: an input without a member. */
export const NOTHING = v.strictObject({});

export type AnyVerb = {
  readonly kind: 'query' | 'change' | 'stream';
  readonly summary: string;
  readonly scope: Scope | null;
  readonly open?: boolean;
  readonly input: InputSchema;
  readonly status?: 200 | 201 | 202;
  readonly repeatable?: unknown;
  readonly errors?: readonly string[];
  readonly example?: object;
  readonly upload?: boolean;
};

/** What a verb's caller gives, as JSON. */
export type InputOf<V> = V extends { readonly input: infer S extends InputSchema } ? v.InferInput<S> : never;

/** What a stream tells. */
export type EventOf<V> = V extends {
  readonly kind: 'stream';
  readonly run: (...args: never[]) => Promise<AsyncIterable<Sent<infer E>>>;
}
  ? E
  : never;

/** What a verb answers. */
export type OutputOf<V> = V extends { readonly kind: 'query'; readonly run: (...args: never[]) => Promise<infer O> }
  ? O
  : V extends { readonly apply: (...args: never[]) => Promise<infer O> }
    ? O
    : never;
