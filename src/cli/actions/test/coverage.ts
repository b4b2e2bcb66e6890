import { relative, resolve, sep } from 'node:path';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import { Collector } from '../../../testing/coverage/collect.ts';
import type { Coverage, ReportOptions } from '../../../testing/coverage/coverage.ts';
import { REPORTS, type ReportName } from '../../../testing/coverage/reports/index.ts';
import { VERSION } from '../../package.ts';
import type { LoadedPipeline } from '../../project/compile-unit.ts';
import type { Workspace } from '../../project/workspace.ts';
import { say } from '../../terminal.ts';
import type { Wanted } from './flags.ts';
import type { LoadedSuites } from './load.ts';
import { writeReport } from './outputs.ts';

/**
 * What counts coverage: of every pipeline of the project, or with `narrow` of those that the test files are about. A
 * pipeline that is invalid cannot be counted, and is told.
 */
export async function openCollector(loaded: LoadedSuites, workspace: Workspace, narrow: boolean): Promise<Collector> {
  const collector = new Collector();
  for (const { suite, pipelines } of loaded.suites) {
    const pipeline = pipelines.get(suite.subject.name);
    if (suite.subject.kind === 'pipeline' && pipeline) add(collector, pipeline, workspace);
  }
  if (narrow || !loaded.pipelines) return collector;
  for (const name of loaded.pipelines.names) {
    const closure = await loaded.pipelines.closure(name);
    const pipeline = closure?.all.get(name);
    if (pipeline) add(collector, pipeline, workspace);
    else say(`warning: ${name} is invalid, so its coverage cannot be counted; fm validate tells why`);
  }
  return collector;
}

function add(collector: Collector, { plan, source, file }: LoadedPipeline, { project, cwd }: Workspace): void {
  const path = relative(project?.root ?? cwd, file ?? '');
  collector.add({ plan, source, file: path.split(sep).join('/') });
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
