import type { JobView } from '../core/api/administration.ts';
import type { ComponentDescriptor } from '../core/descriptor.ts';
import type { Json } from '../core/json.ts';
import type { Kept } from '../core/kept.ts';
import type { Limits } from '../core/limits.ts';
import type { Clock, SecretSource } from '../core/ports.ts';
import type { Digest } from '../core/release/digest.ts';
import type { PipelineFacts } from '../core/release/facts.ts';
import type { Upstream } from '../core/upstream.ts';
import type { Run } from '../store/run-states.ts';
import type { NewRun } from '../store/runs.ts';
import type { Store, StoreTransaction } from '../store/store.ts';
import type { IssuerKeys } from './identity/issuer-keys.ts';
import type { Room } from './runs/room.ts';

/** What somebody may do. */
export const SCOPES = [
  'runs:write',
  'runs:read',
  'runs:debug',
  'releases:read',
  'deploy',
  'deploy:force',
  'admin',
] as const;
export type Scope = (typeof SCOPES)[number];

/** A part of a run that is ready to be executed. */
export interface Job {
  readonly run: string;
  readonly segment: number;
  /** Higher goes first. */
  readonly priority: number;
}

/** Who executes runs (port). */
export interface Dispatcher {
  /**
   * The run has something to do. Called after the run was written; a run whose call was lost is found by who looks for
   * queued runs.
   */
  enqueue(job: Job): Promise<void>;
  /**
   * Where runs and queue are in one database: the same as a part of the transaction that writes the run, so that both
   * happen or none. The call after it does no harm.
   */
  readonly enqueueIn?: (tx: StoreTransaction, job: Job) => Promise<void>;
  /**
   * The same for a new run, whose row it writes as well: for calls that write nothing else. Throws FlowMasonError
   * `ALREADY_EXISTS`.
   */
  readonly accept?: (run: NewRun) => Promise<Run>;
  /** How many workers are alive that take runs of a pool, or of none; absent where no others execute runs. */
  readonly workers?: (pool: string | undefined) => Promise<number>;
}

/** What accepting runs needs of a pipeline of a release, which never changes. */
export interface Acceptance {
  /** Throws StageError `VALIDATION`, `QUOTA`. */
  readonly check: (input: Json) => void;
  readonly priority: number;
  /** Names of variables that its release needs. */
  readonly vars: readonly string[];
}

/** Tells at once of what happens to runs in this process; what others do is found by looking (port). */
export interface RunNews {
  /** Calls back whenever something may have happened to a run; the answer ends that. */
  subscribe(run: string, onNews: () => void): () => void;
}

/** Which jobs of GitHub and GitLab get a key for their identity token, and what it may do. */
export interface TrustRule {
  readonly provider: JobView['provider'];
  /** Who signs: the address of a GitHub or GitLab of one's own, or that of the public one. */
  readonly issuer: string;
  /** As the provider writes it: `acme/shop`. */
  readonly repository: string;
  /** The number that a repository keeps when its name goes to somebody else; any without it. */
  readonly repository_id: string | undefined;
  /** A branch, or with `*` at the end all that begin like it. */
  readonly branch: string;
  /** The provider's environment that the job is of, with whatever approvals it asks for; any without it. */
  readonly environment: string | undefined;
  readonly scopes: readonly Scope[];
}

/** What a target knows of the secrets that a release names; undefined when nobody can tell at present. */
export type KnownSecrets = (names: readonly string[]) => Promise<ReadonlySet<string> | undefined>;

/** One environment of one tenant, as its verbs see it. */
export interface ControlPlane {
  readonly store: Store;
  /** The name that this control plane answers to. */
  readonly environment: string;
  readonly tenant: string | null;
  /** A local org belongs to one person: missing secrets warn, and nothing starts by itself in it. */
  readonly kind: 'org' | 'server';
  readonly clock: Clock;
  /** New identifiers, which nobody can guess. */
  readonly ids: { run(now: number): string; random(): string };
  readonly descriptors: ReadonlyMap<string, ComponentDescriptor>;
  readonly limits: Limits;
  /** What checks of pipelines depend on beside them (`checkerOf`). */
  readonly checker: string;
  /** What this process itself has found with this checker, for who checks files and keeps releases in one. */
  readonly checked?: ReadonlyMap<Digest, PipelineFacts> | undefined;
  readonly dispatcher: Dispatcher;
  /** Pipelines that runs were accepted of, in a process that accepts many; absent: each is read anew. */
  readonly acceptances?: Kept<Acceptance> | undefined;
  readonly news?: RunNews | undefined;
  /** Whether more runs can be accepted; absent: always. */
  readonly room?: Room | undefined;
  readonly secrets: KnownSecrets;
  /** Values of secrets, for signatures of webhooks; absent where only workers can read them. */
  readonly secretSource?: SecretSource | undefined;
  /**
   * Throws FlowMasonError `REQUEST_INVALID` about `field` for a URL that nobody here may call; absent: whoever calls it
   * decides.
   */
  readonly admitUrl?: ((field: string, url: string) => Promise<void>) | undefined;
  /** Variables that the host provides beside those that are stored, which win: `environments.local.vars`. */
  readonly vars: Readonly<Record<string, Json>>;
  /** Where releases are pulled from when they are promoted; absent: whoever promotes brings them. */
  readonly upstream?: Upstream | undefined;
  /** Whose jobs get keys for their identity tokens; absent: nobody's. */
  readonly identities?: Identities | undefined;
}

/** Whose identity tokens are taken. */
export interface Identities {
  readonly rules: readonly TrustRule[];
  readonly keys: IssuerKeys;
  /** The time in the world, by which their providers go; default that of the control plane. */
  readonly clock?: Pick<Clock, 'now'> | undefined;
}

/** Who calls. */
export interface Caller {
  /** As history and audit name it. */
  readonly actor: string;
  readonly scopes: ReadonlySet<Scope>;
  readonly request_id: string;
  /** Of a mutating call. */
  readonly idempotency_key: string | undefined;
  /** Value of `traceparent` for what the call starts. */
  readonly traceparent?: string | undefined;
}
