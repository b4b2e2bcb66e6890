/** What can go one way or another in a pipeline (PIPELINES.md 7, coverage). */
export type BranchKind = 'when' | 'conditional' | 'router' | 'trycatch' | 'foreach' | 'loop' | 'retry' | 'on_error';

/** One way of several. */
export interface BranchCoverage {
  readonly kind: BranchKind;
  /**
   * `true` and `false` of when and conditional; the routes and `default` of a router; `error` and `no error` of a
   * trycatch; `0 items`, `1 item`, `many items` of a foreach; `1 iteration`, `many iterations` of a loop; `recovered`
   * and `exhausted` of a retry; `continued` of on_error.
   */
  readonly name: string;
  /** How often it was taken. */
  readonly hits: number;
}

export interface StageCoverage {
  readonly id: string;
  readonly component: string;
  /** Where the stage begins in the pipeline's file, from 1; 0 when that is not known. */
  readonly line: number;
  /** How often it ran: succeeded, failed or was stopped, in whatever scope. A skipped stage did not run. */
  readonly hits: number;
  readonly branches: readonly BranchCoverage[];
  /** The control stage that owns it: whose body it is part of. */
  readonly owner?: { readonly stage: string; readonly field: string } | undefined;
}

/** A dependency, or a gate that lets a stage run. */
export interface EdgeCoverage {
  readonly from: string;
  readonly to: string;
  readonly kind: 'dependency' | 'gate';
  /** Of a gate: the branches that open the stage. */
  readonly branches?: readonly string[] | undefined;
  /** How often both ends ran in the same scope. */
  readonly hits: number;
}

export interface PipelineCoverage {
  readonly pipeline: string;
  readonly version: string;
  /** Relative to the project, with `/`. */
  readonly file: string;
  /** The file's text, for reports that show it. */
  readonly text: string;
  /** In the order of the file. */
  readonly stages: readonly StageCoverage[];
  /** Between stages of the same graph. */
  readonly edges: readonly EdgeCoverage[];
  /** Runs of it, as a subpipeline too. */
  readonly runs: number;
}

/** Covered and all there are; a percentage of nothing is 100. */
export interface Ratio {
  readonly covered: number;
  readonly total: number;
  /** Rounded down to two digits, so that 100 means all. */
  readonly percent: number;
}

export interface CoverageTotals {
  readonly stages: Ratio;
  readonly branches: Ratio;
}

/** Everything that was covered, pipelines by name. */
export interface Coverage {
  readonly pipelines: readonly PipelineCoverage[];
  readonly totals: CoverageTotals;
}

export function totalsOf(pipelines: readonly PipelineCoverage[]): CoverageTotals {
  const stages = pipelines.flatMap((pipeline) => pipeline.stages);
  return { stages: ratioOf(stages), branches: ratioOf(stages.flatMap((stage) => stage.branches)) };
}

export function ratioOf(parts: readonly { readonly hits: number }[]): Ratio {
  const covered = parts.filter(({ hits }) => hits > 0).length;
  const total = parts.length;
  const percent = total === 0 ? 100 : Math.floor((covered / total) * 10_000) / 100;
  return { covered, total, percent };
}

/** A file that a report consists of; `path` is relative to the folder or file that was asked for. */
export interface ReportFile {
  readonly path: string;
  readonly text: string;
}

/** What a report is made of beside the coverage. `at` in epoch milliseconds. */
export interface ReportOptions {
  readonly at: number;
  readonly version: string;
  readonly project: string;
  /** The project's folder, absolute: where the paths of files begin. */
  readonly root: string;
}

export type CoverageReport = (coverage: Coverage, options: ReportOptions) => string | Promise<string>;
