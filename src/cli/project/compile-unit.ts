import { checkPipeline } from '../../core/compile/compile-pipeline.ts';
import type { ComponentDescriptor } from '../../core/descriptor.ts';
import type { Limits } from '../../core/limits.ts';
import type { PipelineDefinition } from '../../core/pipeline.ts';
import type { Plan } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import type { SourceFile } from '../../core/source/file.ts';
import type { Library, Unit } from './library.ts';

/** A pipeline without errors. */
export interface LoadedPipeline {
  readonly plan: Plan;
  readonly definition: PipelineDefinition;
  /** Absolute; null for stdin. */
  readonly file: string | null;
  /** The document, with its text and the place of everything in it. */
  readonly source: SourceFile;
  readonly warnings: readonly Problem[];
}

/** By canonical name. */
export type Descriptors = ReadonlyMap<string, ComponentDescriptor>;

/** Checks and compiles one document; its errors go to `problems`, and then there is no answer. */
export async function compileUnit(
  unit: Unit,
  library: Library,
  known: { readonly descriptors: Descriptors; readonly limits: Limits },
  problems: Problem[],
): Promise<LoadedPipeline | undefined> {
  const { source, file } = unit;
  const { descriptors, limits } = known;
  const result = await checkPipeline(source, { descriptors, limits, pipelines: library });
  const { plan } = result;
  if (plan) return { plan, definition: plan.definition, file, source, warnings: result.problems };
  problems.push(...result.problems);
  return undefined;
}
