import { printable } from '../../../core/quote.ts';
import type { Coverage, PipelineCoverage } from '../coverage.ts';
import { type CoveredLine, linesOf } from './lines.ts';

/**
 * The tracefile of lcov (geninfo(1), FILES). A file is named from the project's folder, so that the report means the
 * same on the machine that shows it; viewers look such names up where they run. The line of a stage is mostly a lone
 * brace, so each stage is also a function: that is where viewers show its name, and where stages that share a line are
 * told apart.
 */
export function lcovReport({ pipelines }: Coverage): string {
  return pipelines.map((pipeline) => fileRecord(pipeline).join('\n')).join('\n') + (pipelines.length > 0 ? '\n' : '');
}

function fileRecord(pipeline: PipelineCoverage): string[] {
  const lines = linesOf(pipeline);
  const stages = lines.flatMap(({ line, hits, stages }) =>
    stages.map((stage) => ({ id: printable(stage.id), line, hits: hits === 0 ? 0 : stage.hits })),
  );
  const branches = lines.flatMap(branchesOf);
  return [
    'TN:',
    `SF:${printable(pipeline.file)}`,
    ...stages.map(({ id, line }) => `FN:${line},${id}`),
    ...stages.map(({ id, hits }) => `FNDA:${hits},${id}`),
    `FNF:${stages.length}`,
    `FNH:${covered(stages)}`,
    ...branches.map(({ line, block, branch, hits }) => `BRDA:${line},${block},${branch},${hits ?? '-'}`),
    `BRF:${branches.length}`,
    `BRH:${covered(branches)}`,
    ...lines.map(({ line, hits }) => `DA:${line},${hits}`),
    `LF:${lines.length}`,
    `LH:${covered(lines)}`,
    'end_of_record',
  ];
}

interface Branch {
  readonly line: number;
  readonly block: number;
  readonly branch: number;
  /** Null, written `-`: the line did not run. */
  readonly hits: number | null;
}

/**
 * The ways of one kind are a block. genhtml refuses a file in which something was taken on a line that did not run, and
 * one in which nothing was tried on a line that did; so what such a line hides counts as not covered.
 */
function branchesOf({ line, hits, stages }: CoveredLine): Branch[] {
  let block = -1;
  return stages.flatMap(({ branches }) => {
    let branch = 0;
    return branches.map((way, i) => {
      if (way.kind === branches[i - 1]?.kind) branch++;
      else [block, branch] = [block + 1, 0];
      return { line, block, branch, hits: hits === 0 ? null : way.hits };
    });
  });
}

function covered(parts: readonly { readonly hits: number | null }[]): number {
  return parts.filter(({ hits }) => (hits ?? 0) > 0).length;
}
