import type { ComponentDescriptor } from '../../core/descriptor.ts';
import type { PipelineDefinition } from '../../core/pipeline.ts';
import type { Plan } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import type { RecordedPipeline } from '../../hosts/node/runs/record.ts';
import type { Workspace } from './workspace.ts';

export interface LoadedPipeline {
  readonly plan: Plan;
  readonly definition: PipelineDefinition;
  /** Absolute; null for stdin. */
  readonly file: string | null;
  readonly source: string;
  readonly warnings: readonly Problem[];
}

/** A pipeline with every pipeline that it calls. */
export interface LoadedPipelines extends LoadedPipeline {
  /** All of them by name, the main one included. */
  readonly all: ReadonlyMap<string, LoadedPipeline>;
  /** Names that the pipeline or one that it calls needs. */
  readonly requires: { readonly vars: readonly string[]; readonly secrets: readonly string[] };
  /** For `RunOptions.pipelines`. */
  resolve(name: string, range: string | undefined): Plan;
  /** For `createRun`. */
  readonly recorded: ReadonlyMap<string, RecordedPipeline>;
}

/**
 * Reads, checks and compiles a pipeline and everything that it calls. `word` with a `/` or `.json` is a file, else a
 * name in `pipelines/`; `-` is stdin, whose text is `stdin`. Throws FlowMasonError `INVALID_FILE` with the problems of
 * all files, `NOT_FOUND` with the nearest name.
 */
export declare function loadPipeline(
  workspace: Workspace,
  word: string,
  descriptors: ReadonlyMap<string, ComponentDescriptor>,
  stdin?: Uint8Array,
): LoadedPipelines;
