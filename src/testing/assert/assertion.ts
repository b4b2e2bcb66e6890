import type { Expression } from '../../core/expression/types.ts';
import type { Json } from '../../core/json.ts';
import type { Position } from '../result.ts';
import type { StageReference } from '../suite/reference.ts';

/** One step into a value. */
export type Step = string | number;

/** Where an assertion looks (PIPELINES.md 7). */
export type Target =
  | { readonly root: 'output' | 'error' | 'logs' | 'usage'; readonly steps: readonly Step[] }
  | {
      readonly root: 'stage';
      readonly stage: StageReference;
      readonly field: StageField;
      readonly steps: readonly Step[];
    };

export const STAGE_FIELDS = ['status', 'output', 'error', 'attempts', 'config'] as const;
export type StageField = (typeof STAGE_FIELDS)[number];

/** A check and what it compares with. */
export interface Check {
  readonly name: string;
  readonly expected: Json;
  /** Of a regular expression. */
  readonly pattern?: { test(text: string): boolean } | undefined;
  readonly expression?: Expression | undefined;
  readonly position: Position;
}

/** What has to hold of one value. */
export interface Assertion {
  /** As it was written; empty when there are only expressions. */
  readonly path: string;
  readonly target: Target | undefined;
  readonly checks: readonly Check[];
  readonly position: Position;
}
