import { FlowMasonError } from '../../../core/errors.ts';
import type { Limits } from '../../../core/limits.ts';
import type { Problem } from '../../../core/problem.ts';
import { quote } from '../../../core/quote.ts';
import { nearest } from '../../../core/suggest.ts';
import { outlineSuite, readSuite } from '../../../testing/suite/read-suite.ts';
import type { Plans } from '../../../testing/suite/reference.ts';
import type { Suite } from '../../../testing/suite/suite.ts';
import type { Descriptors, LoadedPipeline } from '../../project/compile-unit.ts';
import { readUnit } from '../../project/library.ts';
import { PipelineSet } from '../../project/pipeline-set.ts';
import { limitsOf, type Workspace } from '../../project/workspace.ts';

/** A test file that can run, with the pipelines that its tests may reach. */
export interface LoadedSuite {
  readonly suite: Suite;
  /** Absolute. */
  readonly file: string;
  /** By name; empty for a component. */
  readonly pipelines: ReadonlyMap<string, LoadedPipeline>;
}

/** Reads test files, one when it is asked for, and what they are about. */
export class SuiteLoader {
  /** The pipelines of the project. */
  readonly pipelines: PipelineSet | undefined;
  readonly #workspace: Workspace;
  readonly #descriptors: Descriptors;
  readonly #limits: Limits;
  readonly #problems = new Map<string, Problem>();

  constructor(workspace: Workspace, descriptors: Descriptors) {
    this.#workspace = workspace;
    this.#descriptors = descriptors;
    this.#limits = limitsOf(workspace.settings);
    this.pipelines = workspace.project && new PipelineSet(workspace, descriptors);
  }

  /** What is wrong in the files so far, and in the pipelines that they are about; those files do not run. */
  get problems(): Problem[] {
    return [...this.#problems.values()];
  }

  /** Undefined for a file with problems. Throws FlowMasonError `NOT_FOUND`, `FILE_SYSTEM` when it cannot be read. */
  async load(file: string): Promise<LoadedSuite | undefined> {
    const { source } = readUnit(file, this.#workspace.cwd, this.#limits);
    const outline = outlineSuite(source);
    const { subject } = outline;
    const pipelines = this.pipelines ?? new PipelineSet(this.#workspace, this.#descriptors, file);
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
    this.#note(broken);
    const plans = broken.length === 0 && closure?.main ? plansOf(closure.main.name, closure.all) : undefined;
    if (subject?.kind === 'pipeline' && !plans) {
      this.#note(outline.report.problems());
      return undefined;
    }
    const knowledge = { descriptors: this.#descriptors, limits: this.#limits, plans };
    const { suite, problems } = readSuite(outline, source, knowledge);
    this.#note(problems);
    return suite && { suite, file, pipelines: closure?.all ?? new Map() };
  }

  #note(problems: readonly Problem[]): void {
    for (const problem of problems) this.#problems.set(JSON.stringify(problem), problem);
  }
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
  const what = errors.length === 1 ? 'a problem' : `${errors.length} problems`;
  const message = `${files === 1 ? (errors[0]?.file ?? 'A file') : `${files} files`} cannot be tested: ${what}`;
  return new FlowMasonError('INVALID_FILE', message, { problems: errors });
}
