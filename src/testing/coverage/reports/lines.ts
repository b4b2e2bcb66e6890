import type { BranchCoverage, PipelineCoverage, StageCoverage } from '../coverage.ts';

/** A line of a pipeline's file on which stages begin: what viewers of code know as a line that can run. */
export interface CoveredLine {
  /** From 1. */
  readonly line: number;
  /** Of the stage that ran least, so that the line counts as covered only when all of its stages are. */
  readonly hits: number;
  /** In the order of the file. */
  readonly stages: readonly StageCoverage[];
  readonly branches: readonly BranchCoverage[];
}

/**
 * The lines of a pipeline, in order. A stage whose line is not known stands on the first one, so that no viewer counts fewer
 * stages than there are.
 */
export function linesOf({ stages: all }: PipelineCoverage): CoveredLine[] {
  const byLine = new Map<number, StageCoverage[]>();
  for (const stage of all) {
    const line = Math.max(1, stage.line);
    const stages = byLine.get(line);
    if (stages) stages.push(stage);
    else byLine.set(line, [stage]);
  }
  return [...byLine]
    .sort(([a], [b]) => a - b)
    .map(([line, stages]) => ({
      line,
      hits: Math.min(...stages.map(({ hits }) => hits)),
      stages,
      branches: stages.flatMap(({ branches }) => branches),
    }));
}
