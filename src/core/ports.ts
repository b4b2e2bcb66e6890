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
