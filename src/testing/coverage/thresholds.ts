import { type Coverage, type CoverageTotals, type PipelineCoverage, type Ratio, totalsOf } from './coverage.ts';

/** Least percentages. */
export interface Threshold {
  readonly stages?: number | undefined;
  readonly branches?: number | undefined;
}

/** `testing.coverage` of the project. */
export interface Thresholds extends Threshold {
  /** Of single pipelines by name; `*` is for each that has none of its own. */
  readonly pipelines?: Readonly<Record<string, Threshold>> | undefined;
}

/** What of the thresholds is missed, as sentences; empty when all are met. */
export function missedThresholds(coverage: Coverage, thresholds: Thresholds): string[] {
  const all = missed('all pipelines', coverage.totals, thresholds);
  return [...all, ...coverage.pipelines.flatMap((pipeline) => missedBy(pipeline, thresholds.pipelines ?? {}))];
}

function missedBy(pipeline: PipelineCoverage, thresholds: Readonly<Record<string, Threshold>>): string[] {
  const own = Object.hasOwn(thresholds, pipeline.pipeline) ? thresholds[pipeline.pipeline] : thresholds['*'];
  return own ? missed(pipeline.pipeline, totalsOf([pipeline]), own) : [];
}

function missed(name: string, totals: CoverageTotals, threshold: Threshold): string[] {
  const complaint = (part: 'stages' | 'branches'): string[] => {
    const least = threshold[part];
    return least !== undefined && totals[part].percent < least ? [sentence(part, name, totals[part], least)] : [];
  };
  return [...complaint('stages'), ...complaint('branches')];
}

function sentence(part: string, name: string, { covered, total, percent }: Ratio, least: number): string {
  return `${part} of ${name}: ${percent} % (${covered} of ${total}), at least ${least} % are wanted`;
}
