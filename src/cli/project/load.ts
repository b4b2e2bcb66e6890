import { relative, resolve, sep } from 'node:path';
import { checkCalls } from '../../core/compile/between.ts';
import { fail } from '../../core/errors.ts';
import type { Limits } from '../../core/limits.ts';
import type { Plan } from '../../core/plan.ts';
import type { Problem } from '../../core/problem.ts';
import type { Needs } from '../../core/provide.ts';
import { decodeUtf8 } from '../../core/source/decode.ts';
import { SourceFile } from '../../core/source/file.ts';
import { parseSource } from '../../core/source/parse.ts';
import { nearest } from '../../core/suggest.ts';
import type { RecordedPipeline, RecordedPipelines } from '../../hosts/node/runs/record.ts';
import { compileUnit, type Descriptors, type LoadedPipeline } from './compile-unit.ts';
import { invalidFiles } from './invalid-files.ts';
import { folderLibrary, type Library, readUnit, recordedLibrary, type Unit } from './library.ts';
import { limitsOf, type Workspace } from './workspace.ts';

/** A pipeline with every pipeline that it names: subpipelines, `on_failure`, and theirs. */
export interface LoadedPipelines extends LoadedPipeline {
  /** All of them by name, the main one included. */
  readonly all: ReadonlyMap<string, LoadedPipeline>;
  /** What all of them together need. */
  readonly requires: Needs;
  /** For `RunOptions.pipelines`; version ranges were checked. Throws FlowMasonError `NOT_FOUND`. */
  resolve(name: string, range: string | undefined): Plan;
  /** For `createRun`. */
  readonly recorded: ReadonlyMap<string, RecordedPipeline>;
}

/** A word is a file when it has a `/` or ends in `.json`, else a pipeline's name (DEPLOYMENT.md 3). */
export function isFileWord(word: string): boolean {
  return word.includes('/') || word.includes(sep) || word.endsWith('.json');
}

/**
 * Reads, checks and compiles a pipeline and everything that it names. `word` is a file, a name in `pipelines/`, or `-`
 * for stdin, whose bytes are `stdin`. Throws FlowMasonError `INVALID_FILE` with the problems of all files, `NOT_FOUND`
 * with the nearest name, `FILE_SYSTEM`.
 */
export async function loadPipeline(
  workspace: Workspace,
  word: string,
  descriptors: Descriptors,
  stdin?: Uint8Array,
): Promise<LoadedPipelines> {
  const limits = limitsOf(workspace.settings);
  if (word === '-') {
    return load(stdinUnit(stdin ?? new Uint8Array(), limits), folderLibrary(workspace, null, limits), {
      workspace,
      descriptors,
      limits,
    });
  }
  if (!isFileWord(word)) {
    const library = folderLibrary(workspace, null, limits);
    return load(named(workspace, word, library), library, { workspace, descriptors, limits });
  }
  const file = resolve(workspace.cwd, word);
  return load(readUnit(file, workspace.cwd, limits), folderLibrary(workspace, file, limits), {
    workspace,
    descriptors,
    limits,
  });
}

/** The same for the definitions that a run has recorded, e.g. one that came from stdin. */
export async function loadRecorded(
  workspace: Workspace,
  recorded: RecordedPipelines,
  descriptors: Descriptors,
): Promise<LoadedPipelines> {
  const library = recordedLibrary(recorded);
  const limits = limitsOf(workspace.settings);
  return load(named(workspace, recorded.main, library), library, { workspace, descriptors, limits });
}

interface Settled {
  readonly workspace: Workspace;
  readonly descriptors: Descriptors;
  readonly limits: Limits;
}

async function load(main: Unit, library: Library, settled: Settled): Promise<LoadedPipelines> {
  const all = new Map<string, LoadedPipeline>();
  const problems: Problem[] = [];
  const first = await compileUnit(main, library, settled, problems);
  const queue = first ? [first] : [];
  if (first) all.set(first.plan.name, first);
  for (let next = queue.shift(); next; next = queue.shift()) {
    for (const { name } of next.plan.requires.pipelines) {
      // One that does not exist was reported where it is named.
      const unit = all.has(name) ? undefined : library.unit(name);
      const loaded = unit && (await compileUnit(unit, library, settled, problems));
      if (!loaded || all.has(name)) continue;
      all.set(name, loaded);
      queue.push(loaded);
    }
  }
  if (first) problems.push(...checkCalls([first.plan.name], all, settled.limits));
  problems.push(...library.problems.filter((problem) => problem.severity === 'error'));
  if (!first || problems.some((problem) => problem.severity === 'error'))
    return invalidFiles(problems, main.source.file);
  return {
    ...first,
    all,
    requires: needsOf(all),
    recorded: recordedOf(all, settled.workspace),
    resolve(name) {
      return all.get(name)?.plan ?? fail('NOT_FOUND', `There is no pipeline \`${name}\``);
    },
  };
}

function stdinUnit(bytes: Uint8Array, limits: Limits): Unit {
  const file = '<stdin>';
  const decoded = decodeUtf8(bytes, file);
  if (decoded.problem === undefined) return { file: null, source: parseSource(decoded.text, { file, limits }) };
  return { file: null, source: new SourceFile({ file, text: '', value: undefined, problems: [decoded.problem] }) };
}

function named({ project }: Workspace, name: string, library: Library): Unit {
  const unit = library.unit(name);
  if (unit) return unit;
  const close = nearest(name, library.names);
  const known = library.names.length === 0 ? 'there is none' : `there are ${library.names.slice(0, 10).join(', ')}`;
  const where = project ? `in pipelines/ of ${project.config.name}; ${known}` : 'here, because this is not a project';
  fail('NOT_FOUND', `There is no pipeline \`${name}\` ${where}`, {
    hint: close === undefined ? 'fm list, or give a file: fm run ./file.json' : `Did you mean \`${close}\`?`,
  });
}

function needsOf(all: ReadonlyMap<string, LoadedPipeline>): Needs {
  const requires = [...all.values()].map(({ plan }) => plan.requires);
  const union = (names: (needs: Plan['requires']) => readonly string[]) => [...new Set(requires.flatMap(names))].sort();
  const secrets = union((needs) => needs.secrets);
  return {
    vars: union((needs) => needs.vars),
    secrets,
    optionalSecrets: union((needs) => needs.optionalSecrets).filter((name) => !secrets.includes(name)),
  };
}

function recordedOf(all: ReadonlyMap<string, LoadedPipeline>, { project }: Workspace): Map<string, RecordedPipeline> {
  const inProject = (file: string): string => {
    const path = project ? relative(project.root, file) : file;
    return path.startsWith(`..${sep}`) ? file : path;
  };
  return new Map(
    [...all].map(([name, { file, definition }]) => [
      name,
      { file: file === null ? null : inProject(file), definition },
    ]),
  );
}
