import type { Json } from './json.ts';
import type { Secret } from './secret.ts';

/** Time, so that tests can own it. Milliseconds. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back after at least `ms` (0 and more; longer than 2^31 is allowed); the answer cancels it. */
  after(ms: number, callback: () => void): () => void;
}

/** Random values, so that tests can own them. */
export interface Random {
  /** 0 ≤ x < 1, for jitter. */
  fraction(): number;
}

/** Where secrets come from (DEPLOYMENT.md 8). */
export interface SecretSource {
  /** The back end's name: `env`, `aws`, `vault`. */
  readonly backend: string;
  /** The values that exist; names that do not are absent. Throws FlowMasonError `SECURITY` for reserved names. */
  read(names: readonly string[]): Promise<ReadonlyMap<string, string>>;
  /** How to provide one, for the error that lists what is missing: `export FM_SECRET_X=…`. */
  howToSet(name: string): string;
}

/** What goes out over HTTP. One per executor; every component uses it and has no other way out. */
export type Fetch = (request: OutgoingRequest) => Promise<IncomingResponse>;

export interface OutgoingRequest {
  readonly url: string;
  readonly method: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array | undefined;
  readonly follow_redirects: boolean;
  readonly signal: AbortSignal;
  /** Refuses a longer body with QUOTA, on bytes read after decompression. */
  readonly max_bytes: number;
}

export interface IncomingResponse {
  readonly status: number;
  /** Lower-case names; several values are joined with `, `. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
  readonly elapsed_ms: number;
}

/** A stage waits for somebody: asked once per wait, on a terminal or in a store of signals. */
export interface SignalRequest {
  readonly run_id: string;
  readonly path: string;
  readonly name: string;
  readonly message: string | undefined;
  readonly signal: AbortSignal;
  /** Undefined when the data fits the schema, else what is wrong with it, so that whoever asks can ask again. */
  readonly check: (data: Json) => string | undefined;
}

/** Answers the data, or `park` when nobody can answer while the process lives. */
export type SignalSource = (request: SignalRequest) => Promise<{ readonly data: Json } | 'park'>;

/** Outputs of equal earlier stages (`cache`). Keys are digests; values masked outputs. */
export interface StageCache {
  get(key: string): Promise<Json | undefined>;
  set(key: string, value: Json, ttlMs: number): Promise<void>;
}

/** The secrets of a run by name, once read. */
export type Secrets = ReadonlyMap<string, Secret>;

export type SpanAttributes = Readonly<Record<string, string | number | boolean>>;

/** Something that takes time, for traces. Times in epoch milliseconds; nothing in it is anybody's data. */
export interface NewSpan {
  readonly name: string;
  readonly kind: 'server' | 'consumer' | 'internal';
  readonly at: number;
  readonly attributes: SpanAttributes;
  /** Value of `traceparent`; without one it begins a trace. */
  readonly parent?: string | undefined;
  /** What the id of a trace is made of that it begins, so that others who begin it are in the same one. */
  readonly trace?: string | undefined;
  /** What its own id is made of, so that others can link to it. */
  readonly id?: string | undefined;
  /** `id` of others of this trace. */
  readonly links?: readonly string[] | undefined;
}

export interface SpanEnd {
  readonly at: number;
  /** Instead of the one that it began with. */
  readonly name?: string | undefined;
  /** A short word for what went wrong. */
  readonly error?: string | undefined;
  readonly attributes?: SpanAttributes | undefined;
}

export interface Span {
  /** Value of `traceparent` for what happens within it. */
  readonly traceparent: string;
  end(end: SpanEnd): void;
}

/** Where spans go. Never throws and never waits. */
export interface Tracer {
  begin(span: NewSpan): Span;
}
