import type { Json } from '../core/json.ts';
import type { Usage } from '../core/run.ts';

/** One attempt of a stage that is about to run. */
export interface StageCall {
  readonly path: string;
  readonly id: string;
  readonly component: string;
  /** From 1. */
  readonly attempt: number;
  /** The resolved config, masked. */
  config(): Json;
}

/**
 * What a host says in the place of a component, control stages included: an output, or undefined when the stage is to
 * run. Throws StageError to let the attempt fail. The stage's config was resolved and checked before.
 */
export type StandIn = (call: StageCall) => { readonly output: Json; readonly usage?: Usage | undefined } | undefined;
