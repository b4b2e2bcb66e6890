import { relative, resolve, sep } from 'node:path';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import { Collector } from '../../../testing/coverage/collect.ts';
import type { Coverage, ReportOptions } from '../../../testing/coverage/coverage.ts';
import { REPORTS, type ReportName } from '../../../testing/coverage/reports/index.ts';
import type { CountedPipeline } from '../../../testing/coverage/tally.ts';
import { VERSION } from '../../package.ts';
import type { LoadedPipeline } from '../../project/compile-unit.ts';
import type { Workspace } from '../../project/workspace.ts';
import { say } from '../../terminal.ts';
import type { Wanted } from './flags.ts';
import type { LoadedSuite, SuiteLoader } from './load.ts';
import { writeReport } from './outputs.ts';

/** Counts the coverage of a test run. */
export interface Counter {
  readonly collector: Collector;
  /** A suite that is about to run. */
  add(suite: LoadedSuite): void;
  result(): Coverage;
}

/**
 * Opens the counter of every pipeline of the project, or with `narrow` of those that the test files are about. A
 * pipeline that is invalid cannot be counted, and is told.
 */
export async function openCounter(loader: SuiteLoader, workspace: Workspace, narrow: boolean): Promise<Counter> {
  const collector = new Collector();
  const names = new Set<string>();
  for (const name of narrow ? [] : (loader.pipelines?.names ?? [])) {
    const closure = await loader.pipelines?.closure(name);
    const pipeline = closure?.all.get(name);
    if (pipeline) collector.add(counted(pipeline, workspace));
    else say(`warning: ${name} is invalid, so its coverage cannot be counted; fm validate tells why`);
    names.add(name);
  }
  return {
    collector,
    add({ suite, pipelines }) {
      if (suite.subject.kind === 'pipeline') names.add(suite.subject.name);
      // Those that it calls may have tests of their own, later.
      for (const pipeline of pipelines.values()) collector.add(counted(pipeline, workspace));
    },
    result: () => collector.result(names),
  };
}

function counted({ plan, source, file }: LoadedPipeline, { project, cwd }: Workspace): CountedPipeline {
  const path = relative(project?.root ?? cwd, file ?? '');
  return { plan, source, file: path.split(sep).join('/') };
}

/** Writes the reports that go to files; answers them as messages name them. */
export async function writeCoverage(
  coverage: Coverage,
  wanted: readonly Wanted<ReportName>[],
  { project, cwd }: Workspace,
): Promise<string[]> {
  const options: ReportOptions = {
    at: Date.now(),
    version: VERSION,
    project: project?.config.name ?? 'pipelines',
    root: project?.root ?? cwd,
  };
  const written: string[] = [];
  for (const { name, file } of wanted) {
    if (file === undefined) continue;
    const path = resolve(cwd, file);
    writeReport(path, await REPORTS[name].report(coverage, options));
    written.push(shownPath(cwd, path));
  }
  return written;
}
