import type { BranchCoverage, BranchKind, PipelineCoverage, StageCoverage } from '../coverage.ts';

/** What the tests leave out of one stage. */
export interface Missing {
  readonly stage: StageCoverage;
  /** Nothing of it ran. Its branches are then missing with it. */
  readonly neverRan: boolean;
  /** Ways that were not taken, in the order of the stage. */
  readonly branches: readonly BranchCoverage[];
}

/** Stages that did not run or have branches that were not taken, in the order of the file. */
export function missingOf({ stages }: PipelineCoverage): Missing[] {
  return stages
    .map((stage) => ({
      stage,
      neverRan: stage.hits === 0,
      branches: stage.branches.filter(({ hits }) => hits === 0),
    }))
    .filter(({ neverRan, branches }) => neverRan || branches.length > 0);
}

/** Branches by their kind, kinds in the order of their first branch. */
export function byKind(branches: readonly BranchCoverage[]): [kind: BranchKind, names: string[]][] {
  const kinds = new Map<BranchKind, string[]>();
  for (const { kind, name } of branches) kinds.set(kind, [...(kinds.get(kind) ?? []), name]);
  return [...kinds];
}
