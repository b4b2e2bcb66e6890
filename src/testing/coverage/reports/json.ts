import type { BranchCoverage, Coverage, PipelineCoverage, ReportOptions, StageCoverage } from '../coverage.ts';
import { totalsOf } from '../coverage.ts';
import { missingOf } from './missing.ts';

/** One JSON document for other programs: totals, then every pipeline with its stages, and what is missing of it. */
export function jsonReport({ pipelines, totals }: Coverage, { at, version, project }: ReportOptions): string {
  const document = {
    flowmason: version,
    project,
    at: new Date(at).toISOString(),
    totals,
    pipelines: pipelines.map(pipelineView),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

function pipelineView(pipeline: PipelineCoverage) {
  return {
    pipeline: pipeline.pipeline,
    version: pipeline.version,
    file: pipeline.file,
    runs: pipeline.runs,
    totals: totalsOf([pipeline]),
    stages: pipeline.stages.map(stageView),
    edges: pipeline.edges,
    missing: missingOf(pipeline).map(({ stage: { id, line }, neverRan, branches }) => ({
      stage: id,
      line: line || null,
      never_ran: neverRan,
      branches: branches.map(({ kind, name }) => ({ kind, name })),
    })),
  };
}

function stageView({ id, component, line, hits, owner, branches }: StageCoverage) {
  const taken = ({ kind, name, hits }: BranchCoverage) => ({ kind, name, hits });
  return { id, component, line: line || null, hits, owner: owner ?? null, branches: branches.map(taken) };
}
