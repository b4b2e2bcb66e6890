import type { Json, JsonObject } from '../../core/json.ts';
import type { ErrorType } from '../../core/run.ts';
import type { Assertion, Step } from '../assert/assertion.ts';
import type { Position } from '../result.ts';
import type { Plans, StageReference } from './reference.ts';

/** What a mock says in one attempt. */
export type MockAnswer =
  | { readonly output: Json }
  | {
      readonly error: {
        readonly type: ErrorType;
        readonly message: string;
        readonly code?: string | undefined;
        readonly details?: Json | undefined;
        /** Milliseconds. */
        readonly retryAfter?: number | undefined;
      };
    };

/** Which stages a mock stands for, the most exact first (PIPELINES.md 7). */
export type MockTarget =
  | { readonly kind: 'stage'; readonly reference: StageReference }
  /** Stages of that id in pipelines that are called. */
  | { readonly kind: 'id'; readonly id: string }
  | { readonly kind: 'component'; readonly name: string }
  /** What a component under test asks its `fetch`. */
  | { readonly kind: 'fetch' };

export interface Mock {
  /** As the file has it. */
  readonly key: string;
  readonly target: MockTarget;
  readonly answers: readonly MockAnswer[];
  /** A single answer stands for every attempt; those of a list are for one attempt each. */
  readonly repeats: boolean;
  readonly position: Position;
}

/** How a run is expected to fail; what is absent is not looked at. `message` is a part of the error's. */
export interface ExpectedError {
  readonly type?: ErrorType | undefined;
  readonly code?: string | undefined;
  readonly message?: string | undefined;
  readonly stage?: StageReference | undefined;
  readonly position: Position;
}

/** A value that is compared with what was stored. */
export interface SnapshotWish {
  /** `output`, or an assertion path. */
  readonly path: string;
  /** Steps to what may differ inside of the value; `*` is any item or key. */
  readonly ignore: readonly (readonly Step[])[];
  readonly position: Position;
}

/** What surrounds a run; the levels of a suite are merged, the nearest one wins. */
export interface Surroundings {
  readonly vars: Readonly<Record<string, Json>>;
  /** Null: this secret does not exist. */
  readonly secrets: Readonly<Record<string, string | null>>;
  /** Epoch milliseconds. */
  readonly now: number | undefined;
  readonly environment: string | undefined;
}

/** One test, or one case of its table. */
export interface Test extends Surroundings {
  /** What runs: the pipeline, or one that consists of the component under test. */
  readonly plans: Plans;
  /** A component is under test: it runs whatever effects it has, and only what it fetches is mocked. */
  readonly ofComponent: boolean;
  /** With the case's name behind it: `adds up › an empty list`. */
  readonly name: string;
  readonly position: Position;
  readonly skip: boolean;
  readonly reason: string | undefined;
  readonly only: boolean;
  /** Those of the suite, too. */
  readonly tags: readonly string[];
  readonly input: Json;
  /** Of the component under test. */
  readonly config: JsonObject;
  /** Of the case or test itself: each has to be used. */
  readonly ownMocks: readonly Mock[];
  /** Of a test with cases: each has to be used by one of them. */
  readonly sharedMocks: readonly Mock[];
  /** Data by the signal's name or its stage's path. */
  readonly signals: Readonly<Record<string, Json>>;
  readonly assertions: readonly Assertion[];
  readonly expectError: ExpectedError | undefined;
  readonly snapshots: readonly SnapshotWish[];
  /** Real milliseconds; undefined for the default. */
  readonly timeout: number | undefined;
}

/** A test file that was read and checked. */
export interface Suite {
  readonly name: string;
  /** As messages name it. */
  readonly file: string;
  readonly subject: { readonly kind: 'pipeline' | 'component'; readonly name: string };
  /** Of `setup`: each has to be used by one of the tests. */
  readonly setupMocks: readonly Mock[];
  readonly tests: readonly Test[];
}
