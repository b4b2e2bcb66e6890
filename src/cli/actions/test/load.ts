import { FlowMasonError } from '../../../core/errors.ts';
import type { Problem } from '../../../core/problem.ts';
import { quote } from '../../../core/quote.ts';
import type { SourceFile } from '../../../core/source/file.ts';
import { nearest } from '../../../core/suggest.ts';
import type { NodeRuntime } from '../../../hosts/node/runtime.ts';
import { outlineSuite, readSuite } from '../../../testing/suite/read-suite.ts';
import type { Plans } from '../../../testing/suite/reference.ts';
import type { Suite } from '../../../testing/suite/suite.ts';
import type { LoadedPipeline } from '../../project/compile-unit.ts';
import { readUnit } from '../../project/library.ts';
import { PipelineSet } from '../../project/pipeline-set.ts';
import { limitsOf, type Workspace } from '../../project/workspace.ts';

/** A test file that can run, with the pipelines that its tests may reach. */
export interface LoadedSuite {
  readonly suite: Suite;
  /** Absolute. */
  readonly file: string;
  readonly source: SourceFile;
  /** By name; empty for a component. */
  readonly pipelines: ReadonlyMap<string, LoadedPipeline>;
}

export interface LoadedSuites {
  readonly suites: readonly LoadedSuite[];
  /** What is wrong in test files and in the pipelines that they are about; those files do not run. */
  readonly problems: readonly Problem[];
  /** The pipelines of the project. */
  readonly pipelines: PipelineSet | undefined;
}

/** Reads test files and what they are about. Throws FlowMasonError `NOT_FOUND`, `FILE_SYSTEM` for files that cannot be read. */
export async function loadSuites(
  files: readonly string[],
  workspace: Workspace,
  { descriptors }: NodeRuntime,
): Promise<LoadedSuites> {
  const limits = limitsOf(workspace.settings);
  const shared = workspace.project && new PipelineSet(workspace, descriptors);
  const suites: LoadedSuite[] = [];
  const problems = new Map<string, Problem>();
  const note = (found: readonly Problem[]): void => {
    for (const problem of found) problems.set(JSON.stringify(problem), problem);
  };
  for (const file of files) {
    const { source } = readUnit(file, workspace.cwd, limits);
    const outline = outlineSuite(source);
    const { subject } = outline;
    const pipelines = shared ?? new PipelineSet(workspace, descriptors, file);
    const closure = subject?.kind === 'pipeline' ? await pipelines.closure(subject.name) : undefined;
    if (subject?.kind === 'pipeline' && !closure) {
      const message = `There is no pipeline ${quote(subject.name)}`;
      outline.report.add({
        code: 'UNKNOWN_PIPELINE',
        path: ['pipeline'],
        message,
        hint: hint(subject.name, pipelines),
      });
    }
    const broken = closure?.problems.filter(({ severity }) => severity === 'error') ?? [];
    const plans = broken.length === 0 && closure?.main ? plansOf(closure.main.name, closure.all) : undefined;
    note(broken);
    if (subject?.kind === 'pipeline' && !plans) {
      note(outline.report.problems());
      continue;
    }
    const { suite, problems: own } = readSuite(outline, source, { descriptors, limits, plans });
    note(own);
    if (suite) suites.push({ suite, file, source, pipelines: closure?.all ?? new Map() });
  }
  return { suites, problems: [...problems.values()], pipelines: shared };
}

function hint(name: string, { names }: PipelineSet): string {
  const near = nearest(name, names);
  if (near !== undefined) return `Did you mean \`${near}\`?`;
  return names.length === 0
    ? 'fm init my-project shows what one looks like'
    : `There are ${names.slice(0, 10).join(', ')}`;
}

function plansOf(name: string, pipelines: ReadonlyMap<string, LoadedPipeline>): Plans | undefined {
  const all = new Map([...pipelines].map(([each, { plan }]) => [each, plan]));
  const main = all.get(name);
  return main && { main, all };
}

/** The error that a command ends with because of such problems; undefined when there is none. */
export function invalidFiles(problems: readonly Problem[]): FlowMasonError | undefined {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return undefined;
  const files = new Set(errors.map(({ file }) => file)).size;
  const message = `${files === 1 ? (errors[0]?.file ?? 'A file') : `${files} files`} cannot be tested: ${errors.length === 1 ? 'a problem' : `${errors.length} problems`}`;
  return new FlowMasonError('INVALID_FILE', message, { problems: errors });
}
