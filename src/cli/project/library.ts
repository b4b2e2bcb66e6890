import { readdirSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { calleeOf } from '../../core/compile/callee.ts';
import type { PipelineLookup } from '../../core/compile/calls.ts';
import type { Json } from '../../core/json.ts';
import type { Limits } from '../../core/limits.ts';
import type { Problem } from '../../core/problem.ts';
import { SourceFile, valueSource } from '../../core/source/file.ts';
import { parseSource } from '../../core/source/parse.ts';
import type { RecordedPipelines } from '../../hosts/node/runs/record.ts';
import { shownPath } from '../../hosts/node/shown-path.ts';
import { findPipelines, PIPELINE_SUFFIX } from './pipelines.ts';
import { readText } from './read-text.ts';
import type { Workspace } from './workspace.ts';

/** A pipeline's document and where it came from. */
export interface Unit {
  readonly source: SourceFile;
  /** Absolute; null when it is not from a file. */
  readonly file: string | null;
}

/** Pipelines by name, read when somebody asks for them. */
export interface Library extends PipelineLookup {
  unit(name: string): Unit | undefined;
  /** What is wrong with the whole, e.g. a name that two files have; empty until names were asked for. */
  readonly problems: readonly Problem[];
}

/** Reads a pipeline file; what is wrong with it is in the document's problems. Throws `NOT_FOUND`, `FILE_SYSTEM`. */
export function readUnit(file: string, cwd: string, limits: Limits): Unit {
  const shown = shownPath(cwd, file);
  const read = readText(file, shown, limits);
  if (read.problem)
    return { file, source: new SourceFile({ file: shown, text: '', value: undefined, problems: [read.problem] }) };
  return { file, source: parseSource(read.text, { file: shown, limits }) };
}

/** The pipelines of a project; outside of one those in the folder of the file that runs. */
export function folderLibrary(workspace: Workspace, beside: string | null, limits: Limits): Library {
  const { project, cwd } = workspace;
  let found: { files: ReadonlyMap<string, string>; problems: readonly Problem[] } | undefined;
  const find = () => {
    if (found) return found;
    const { pipelines, problems } = project
      ? findPipelines(project.root, cwd)
      : { pipelines: beside === null ? [] : siblings(beside), problems: [] };
    found = { files: new Map(pipelines.map(({ name, file }) => [name, file])), problems };
    return found;
  };
  const read = (name: string): Unit | undefined => {
    const file = find().files.get(name);
    return file === undefined ? undefined : readUnit(file, cwd, limits);
  };
  return library(
    () => [...find().files.keys()],
    read,
    () => found?.problems ?? [],
  );
}

/** The pipelines that a run has recorded. */
export function recordedLibrary(recorded: RecordedPipelines): Library {
  const read = (name: string): Unit | undefined => {
    const pipeline = Object.hasOwn(recorded.pipelines, name) ? recorded.pipelines[name] : undefined;
    // A definition was read from JSON.
    return pipeline && { file: null, source: valueSource(pipeline.definition as unknown as Json) };
  };
  return library(
    () => Object.keys(recorded.pipelines),
    read,
    () => [],
  );
}

function library(
  names: () => readonly string[],
  read: (name: string) => Unit | undefined,
  problems: () => readonly Problem[],
): Library {
  const units = new Map<string, Unit | undefined>();
  const unit = (name: string): Unit | undefined => {
    if (!units.has(name)) units.set(name, read(name));
    return units.get(name);
  };
  return {
    unit,
    find(name) {
      const found = unit(name);
      return found && calleeOf(found.source);
    },
    get names() {
      return names();
    },
    get problems() {
      return problems();
    },
  };
}

function siblings(file: string): { name: string; file: string }[] {
  const folder = dirname(file);
  const names = readdirSync(folder).filter((name) => name.endsWith(PIPELINE_SUFFIX));
  return names.sort().map((name) => ({ name: basename(name, PIPELINE_SUFFIX), file: join(folder, name) }));
}
