/** Bounds of PIPELINES.md 1. A project may lower them; an environment may raise `stages`. */
export interface Limits {
  readonly file_bytes: number;
  readonly nesting: number;
  readonly stages: number;
  /** Bytes of JSON of the run's input and of each stage's output. */
  readonly input_bytes: number;
  readonly output_bytes: number;
  readonly foreach_items: number;
  readonly subpipeline_depth: number;
}

export const DEFAULT_LIMITS: Limits = {
  file_bytes: 1_000_000,
  nesting: 64,
  stages: 2_000,
  input_bytes: 4_000_000,
  output_bytes: 4_000_000,
  foreach_items: 10_000,
  subpipeline_depth: 16,
};
