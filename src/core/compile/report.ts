import type { JsonPath } from '../json.ts';
import type { Problem } from '../problem.ts';
import { printable } from '../quote.ts';
import type { Place, SourceFile } from '../source/file.ts';
import { nearest } from '../suggest.ts';

/** Something wrong, by its place in the document; lines and columns are looked up here. */
export interface Finding {
  readonly code: string;
  readonly severity?: 'error' | 'warning';
  readonly message: string;
  readonly hint?: string | undefined;
  readonly path: JsonPath;
  /** What is marked: the key that leads to the value, or the value. */
  readonly part?: 'key' | 'value';
  /** Units of the string at `path`, after its escapes are resolved. */
  readonly range?: readonly [start: number, end: number] | undefined;
}

/** Names that may be compared for suggestions in one file, so that a hostile one costs no more than a large one. */
const MOST_COMPARISONS = 300_000;

/** Everything that is wrong in one file. */
export class Report {
  readonly source: SourceFile;
  readonly #problems: (Problem & { offset: number })[] = [];
  readonly #seen = new Set<string>();
  #failed: boolean;
  #comparisons = 0;

  constructor(source: SourceFile) {
    this.source = source;
    for (const problem of source.problems) this.#problems.push({ ...problem, offset: -1 });
    this.#failed = source.problems.length > 0;
  }

  /** Whether anything but warnings was found. */
  get failed(): boolean {
    return this.#failed;
  }

  add(finding: Finding): void {
    const { code, severity = 'error', path, part = 'value', range } = finding;
    // Names and expressions of the file stand in them, and a terminal obeys control characters.
    const message = printable(finding.message);
    const hint = finding.hint === undefined ? undefined : printable(finding.hint);
    const key = JSON.stringify([code, path, part, range, message]);
    if (this.#seen.has(key)) return;
    this.#seen.add(key);
    if (severity === 'error') this.#failed = true;
    const { source } = this;
    const place = range ? source.locateInString(path, range[0], range[1]) : source.locate(path, part);
    const { offset = Number.MAX_SAFE_INTEGER, line, column } = place ?? {};
    const length = place ? this.#visibleLength(place) : undefined;
    this.#problems.push({ code, severity, message, hint, file: source.file, path, line, column, length, offset });
  }

  /** The nearest of the names, while the file has not used up its comparisons. */
  nearest(name: string, candidates: readonly string[]): string | undefined {
    this.#comparisons += candidates.length;
    return this.#comparisons > MOST_COMPARISONS ? undefined : nearest(name, candidates);
  }

  /** All problems, in the order of the file. */
  problems(): Problem[] {
    const ordered = this.#problems.map((problem, index) => ({ problem, index }));
    ordered.sort((a, b) => order(a.problem, b.problem) || a.index - b.index);
    return ordered.map(({ problem: { offset: _offset, ...problem } }) => problem);
  }

  /** An object over many lines is marked on its first line only. */
  #visibleLength({ offset, length }: Place): number {
    const text = this.source.text.slice(offset, offset + Math.min(length, 10_000));
    const end = text.search(/[\r\n]/);
    return Math.max(1, end === -1 ? length : end);
  }
}

function order(a: Problem, b: Problem): number {
  if (a.line === undefined || b.line === undefined) return Number(a.line === undefined) - Number(b.line === undefined);
  return a.line - b.line || (a.column ?? 0) - (b.column ?? 0);
}
