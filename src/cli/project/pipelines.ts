import type { Problem } from '../../core/problem.ts';

export interface PipelineFile {
  /** From the file's name; the same as `name` inside once it is checked. */
  readonly name: string;
  /** Absolute. */
  readonly file: string;
}

/**
 * The files `pipelines/**\/*.pipeline.json` of a project by name, sorted; problems are names that occur twice and
 * links that lead out of the project.
 */
export declare function findPipelines(root: string): {
  readonly pipelines: readonly PipelineFile[];
  readonly problems: readonly Problem[];
};
