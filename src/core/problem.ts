import type { JsonPath } from './json.ts';

/** Something wrong (or doubtful) in a file. All of a file's problems are reported at once. */
export interface Problem {
  /** A code of `core/codes` that `fm explain` documents. */
  readonly code: string;
  readonly severity: 'error' | 'warning';
  /** What was expected and what was found. */
  readonly message: string;
  /** What to write instead: the nearest id, field or component. */
  readonly hint?: string | undefined;
  readonly file?: string | undefined;
  /** The place in the document. */
  readonly path?: JsonPath | undefined;
  /** From 1; columns count UTF-16 units, as editors do. */
  readonly line?: number | undefined;
  readonly column?: number | undefined;
  /** Length of the marked text in UTF-16 units, for the code frame. */
  readonly length?: number | undefined;
}
