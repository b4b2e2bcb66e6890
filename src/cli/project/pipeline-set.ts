import { checkCalls } from '../../core/compile/between.ts';
import type { Limits } from '../../core/limits.ts';
import type { Plan } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import { compileUnit, type Descriptors, type LoadedPipeline } from './compile-unit.ts';
import { folderLibrary, type Library } from './library.ts';
import { limitsOf, type Workspace } from './workspace.ts';

/** A pipeline with all that it calls, or what is wrong with them. */
export interface Closure {
  readonly main: Plan | undefined;
  /** By name. */
  readonly all: ReadonlyMap<string, LoadedPipeline>;
  readonly problems: readonly Problem[];
}

/** The pipelines of a project, each read and compiled once, when somebody asks for it. */
export class PipelineSet {
  readonly #library: Library;
  readonly #known: { readonly descriptors: Descriptors; readonly limits: Limits };
  readonly #compiled = new Map<
    string,
    { readonly pipeline?: LoadedPipeline | undefined; readonly problems: Problem[] }
  >();

  /** `beside`: outside of a project the pipelines are those in the folder of that file. */
  constructor(workspace: Workspace, descriptors: Descriptors, beside: string | null = null) {
    const limits = limitsOf(workspace.settings);
    this.#library = folderLibrary(workspace, beside, limits);
    this.#known = { descriptors, limits };
  }

  get names(): readonly string[] {
    return this.#library.names;
  }

  /** Undefined when there is no pipeline of that name. */
  async closure(name: string): Promise<Closure | undefined> {
    if (!this.#library.unit(name)) return undefined;
    const all = new Map<string, LoadedPipeline>();
    const problems: Problem[] = [];
    const queue = [name];
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (all.has(next)) continue;
      const { pipeline, problems: own } = await this.#compile(next);
      problems.push(...own);
      if (!pipeline) continue;
      all.set(next, pipeline);
      queue.push(...pipeline.plan.requires.pipelines.map((call) => call.name));
    }
    problems.push(...checkCalls([name], all, this.#known.limits));
    return { main: all.get(name)?.plan, all, problems };
  }

  async #compile(name: string) {
    const known = this.#compiled.get(name);
    if (known) return known;
    const problems: Problem[] = [];
    const unit = this.#library.unit(name);
    const pipeline = unit && (await compileUnit(unit, this.#library, this.#known, problems));
    const compiled = { pipeline, problems };
    this.#compiled.set(name, compiled);
    return compiled;
  }
}
