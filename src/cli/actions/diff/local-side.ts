import { statSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { FlowMasonError, fail } from '../../../core/errors.ts';
import { isObject, type Json, type JsonObject, own } from '../../../core/json.ts';
import type { Limits } from '../../../core/limits.ts';
import type { Problem } from '../../../core/problem.ts';
import { printable } from '../../../core/quote.ts';
import { decodeUtf8 } from '../../../core/source/decode.ts';
import { SourceFile } from '../../../core/source/file.ts';
import { parseSource } from '../../../core/source/parse.ts';
import { shownPath } from '../../../hosts/node/shown-path.ts';
import { PROJECT_FILE } from '../../project/find.ts';
import { findPipelines, PIPELINE_SUFFIX } from '../../project/pipelines.ts';
import { readText } from '../../project/read-text.ts';
import { limitsOf, type Workspace } from '../../project/workspace.ts';
import { readGit } from './git-tree.ts';
import type { Operand } from './operand.ts';

/** An operand that needs no org and no server. */
export type LocalOperand = Extract<Operand, { readonly kind: 'files' | 'path' | 'git' }>;

/** A pipeline as its file has it; it need not be valid. */
export interface LocalPipeline {
  readonly definition: JsonObject;
  readonly text: string;
}

export type LocalSide =
  | { readonly kind: 'file'; readonly shown: string; readonly name: string; readonly pipeline: LocalPipeline }
  | {
      readonly kind: 'project';
      readonly shown: string;
      readonly config: JsonObject;
      readonly pipelines: ReadonlyMap<string, LocalPipeline>;
    };

/**
 * Reads one side of a comparison of files. Throws FlowMasonError `INVALID_FILE` with every file that is no JSON object,
 * `NOT_FOUND`, `USAGE`, `FILE_SYSTEM`.
 */
export function readLocalSide(operand: LocalOperand, workspace: Workspace): LocalSide {
  const reader = new SideReader(limitsOf(workspace.settings));
  const { cwd, project } = workspace;
  if (operand.kind === 'git') return reader.git(project?.root ?? cwd, operand);
  if (operand.kind === 'path') {
    const path = resolve(cwd, operand.path);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) return reader.folder(path, cwd, shownPath(cwd, path));
    return reader.file(path, shownPath(cwd, path));
  }
  if (project) return reader.folder(project.root, cwd, 'files');
  return fail('NOT_FOUND', 'There is no project here: no flowmason.json in this folder or above', {
    hint: 'fm diff old.pipeline.json new.pipeline.json, or fm init my-project',
  });
}

class SideReader {
  readonly #limits: Limits;
  readonly #problems: Problem[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  file(path: string, shown: string): LocalSide {
    return this.#single(path, shown, readText(path, shown, this.#limits));
  }

  folder(root: string, cwd: string, shown: string): LocalSide {
    const text = (file: string) => readText(file, shownPath(cwd, file), this.#limits);
    if (!statSync(join(root, PROJECT_FILE), { throwIfNoEntry: false })?.isFile()) return noProject(shown);
    const { pipelines, problems } = findPipelines(root, cwd);
    this.#problems.push(...problems.filter(({ severity }) => severity === 'error'));
    const read = pipelines.map(({ name, file }) => [name, this.#pipeline(text(file), shownPath(cwd, file))] as const);
    const config = this.#object(text(join(root, PROJECT_FILE)), shownPath(cwd, join(root, PROJECT_FILE)), true);
    return this.#project(shown, config.definition, read);
  }

  git(root: string, operand: Extract<Operand, { kind: 'git' }>): LocalSide {
    const shown = `${operand.revision}:${operand.path}`;
    const found = readGit(root, operand, isProjectFile);
    const name = (file: string): string => `${shown}${shown.endsWith(':') || shown.endsWith('/') ? '' : '/'}${file}`;
    if (found.kind === 'file') return this.#single(operand.path, shown, decodeUtf8(found.bytes, shown));
    const config = found.files.get(PROJECT_FILE);
    if (!config) return noProject(shown);
    const read = [...found.files]
      .filter(([file]) => file !== PROJECT_FILE)
      .map(([file, bytes]) => {
        return [basename(file, PIPELINE_SUFFIX), this.#pipeline(decodeUtf8(bytes, name(file)), name(file))] as const;
      });
    const { definition } = this.#object(decodeUtf8(config, name(PROJECT_FILE)), name(PROJECT_FILE), true);
    return this.#project(shown, definition, read);
  }

  #single(path: string, shown: string, read: ReturnType<typeof readText>): LocalSide {
    const pipeline = this.#pipeline(read, shown);
    this.#require(shown);
    const name = own(pipeline.definition, 'name');
    return { kind: 'file', shown, name: typeof name === 'string' ? name : basename(path, PIPELINE_SUFFIX), pipeline };
  }

  #project(shown: string, config: JsonObject, pipelines: readonly (readonly [string, LocalPipeline])[]): LocalSide {
    this.#require(shown);
    return { kind: 'project', shown, config, pipelines: new Map(pipelines) };
  }

  #pipeline(read: ReturnType<typeof readText>, shown: string): LocalPipeline {
    return this.#object(read, shown, false);
  }

  /** What is not a JSON object becomes a problem, and an empty one. */
  #object(read: ReturnType<typeof readText>, shown: string, lenient: boolean): LocalPipeline {
    const source = read.problem
      ? new SourceFile({ file: shown, text: '', value: undefined, problems: [read.problem] })
      : parseSource(read.text, { file: shown, limits: this.#limits, lenient });
    const { problems, text } = source;
    // The text of a file is JSON.
    if (problems.length === 0 && isObject(source.value)) return { definition: source.value as JsonObject, text };
    this.#problems.push(...(problems.length > 0 ? problems : [noObject(shown, source.value)]));
    return { definition: {}, text };
  }

  #require(shown: string): void {
    const problems = this.#problems;
    if (problems.length === 0) return;
    const count = problems.length === 1 ? 'a problem' : `${problems.length} problems`;
    throw new FlowMasonError('INVALID_FILE', `${printable(shown)} cannot be compared: it has ${count}`, { problems });
  }
}

function noObject(file: string, value: Json | undefined): Problem {
  const message = `Expected an object, found ${Array.isArray(value) ? 'a list' : String(value)}`;
  return { code: 'WRONG_TYPE', severity: 'error', file, message, line: 1, column: 1 };
}

function noProject(shown: string): never {
  return fail('NOT_FOUND', `There is no project in ${printable(shown)}: it has no ${PROJECT_FILE}`, {
    hint: 'fm diff HEAD: files',
  });
}

/** The same files that `findPipelines` finds in a folder, and the project's own. */
function isProjectFile(file: string): boolean {
  if (file === PROJECT_FILE) return true;
  const steps = file.split('/');
  const hidden = steps.some((step) => step.startsWith('.') || step === 'node_modules');
  return steps[0] === 'pipelines' && steps.length > 1 && file.endsWith(PIPELINE_SUFFIX) && !hidden;
}
