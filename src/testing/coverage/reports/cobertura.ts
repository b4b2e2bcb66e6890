import type { BranchCoverage, Coverage, PipelineCoverage, ReportOptions } from '../coverage.ts';
import { type CoveredLine, linesOf } from './lines.ts';
import { type Markup, markup } from './markup.ts';

const DTD = 'http://cobertura.sourceforge.net/xml/coverage-04.dtd';

/**
 * Cobertura's XML (coverage-04.dtd): a package for each folder of pipelines, a class for each pipeline, a line for each
 * line on which stages begin. Files are named from the project's folder, which stands under `sources`.
 */
export function coberturaReport({ pipelines }: Coverage, { at, version, root }: ReportOptions): string {
  const folders = Map.groupBy(pipelines, ({ file }) => file.slice(0, Math.max(0, file.lastIndexOf('/'))));
  const { lines, branches } = count(pipelines);
  return markup`<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE coverage SYSTEM "${DTD}">
<coverage ${rates(pipelines)} lines-covered="${lines.covered}" lines-valid="${lines.total}" branches-covered="${branches.covered}" branches-valid="${branches.total}" complexity="0" version="${version}" timestamp="${at}">
  <sources>
    <source>${root}</source>
  </sources>
  <packages>${[...folders].map(([folder, members]) => packageElement(folder, members))}
  </packages>
</coverage>
`.text;
}

function packageElement(folder: string, pipelines: readonly PipelineCoverage[]): Markup {
  return markup`
    <package name="${folder || '.'}" ${rates(pipelines)} complexity="0">
      <classes>${pipelines.map(classElement)}
      </classes>
    </package>`;
}

function classElement(pipeline: PipelineCoverage): Markup {
  return markup`
        <class name="${pipeline.pipeline}" filename="${pipeline.file}" ${rates([pipeline])} complexity="0">
          <methods/>
          <lines>${linesOf(pipeline).map(lineElement)}
          </lines>
        </class>`;
}

function lineElement({ line, hits, branches }: CoveredLine): Markup {
  if (branches.length === 0)
    return markup`
            <line number="${line}" hits="${hits}" branch="false"/>`;
  const taken = covered(branches);
  const coverage = `${Math.floor((taken / branches.length) * 100)}% (${taken}/${branches.length})`;
  return markup`
            <line number="${line}" hits="${hits}" branch="true" condition-coverage="${coverage}">
              <conditions>${conditionsOf(branches)}
              </conditions>
            </line>`;
}

/** Ways of one kind are one condition; the format knows two types, by whether it has more than two ways. */
function conditionsOf(branches: readonly BranchCoverage[]): Markup[] {
  return [...Map.groupBy(branches, ({ kind }) => kind).values()].map((ways, number) => {
    const percent = Math.floor((covered(ways) / ways.length) * 100);
    return markup`
                <condition number="${number}" type="${ways.length > 2 ? 'switch' : 'jump'}" coverage="${percent}%"/>`;
  });
}

function rates(pipelines: readonly PipelineCoverage[]): Markup {
  const { lines, branches } = count(pipelines);
  return markup`line-rate="${rate(lines)}" branch-rate="${rate(branches)}"`;
}

interface Count {
  readonly covered: number;
  readonly total: number;
}

/** Lines and their branches: stages that share a line are one, so these are not the totals of the other reports. */
function count(pipelines: readonly PipelineCoverage[]): { lines: Count; branches: Count } {
  const lines = pipelines.flatMap((pipeline) => linesOf(pipeline));
  const branches = lines.flatMap((line) => line.branches);
  return {
    lines: { covered: covered(lines), total: lines.length },
    branches: { covered: covered(branches), total: branches.length },
  };
}

/** From 0 to 1, rounded down to four digits, so that 1 means all. */
function rate({ covered, total }: Count): number {
  return total === 0 ? 1 : Math.floor((covered / total) * 10_000) / 10_000;
}

function covered(parts: readonly { readonly hits: number }[]): number {
  return parts.filter(({ hits }) => hits > 0).length;
}
