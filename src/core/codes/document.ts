import type { CodeEntry } from './entry.ts';

const INVALID = { exit: 3, http: 422 } as const;

/** Codes of a JSON document as such, before anybody asks what it means. */
export const DOCUMENT_CODES = {
  INVALID_JSON: {
    ...INVALID,
    title: 'The file is not JSON',
    explanation:
      'Pipeline and test files are strict JSON: double quotes around keys and strings, commas between members, no comments, no comma after the last one. Only flowmason.json may have comments and trailing commas. Every syntax error of the file is listed, each with its place; while there is one, nothing else is checked. Inside of an expression write single quotes, because a double quote ends the JSON string.',
    example: `wrong  { 'name': 'demo', "stages": [ ], }
right  { "name": "demo", "stages": [ ] }

wrong  "value": "{{ stages["my-id"].output }}"
right  "value": "{{ stages['my-id'].output }}"`,
  },
  INVALID_ENCODING: {
    ...INVALID,
    title: 'The file is not UTF-8',
    explanation:
      'Files are read as UTF-8; a byte order mark at the beginning is ignored. The message names the first byte that does not fit. Most editors can save a file in another encoding: choose UTF-8.',
  },
  FILE_TOO_LARGE: {
    ...INVALID,
    title: 'The file is too large',
    explanation:
      'A pipeline file has at most 1 MB, and a larger one is refused before it is read. Data belongs into the input of a run or behind an address that a stage fetches. A pipeline that grew too large becomes several, with `subpipeline` stages between them.',
  },
  NESTING_TOO_DEEP: {
    ...INVALID,
    title: 'The file is nested too deeply',
    explanation:
      'Objects and lists may stand inside of each other 64 levels deep. The limit is counted before the file is parsed, so that no file can exhaust the stack of whoever reads it. Stages do not need depth: bodies of control stages are listed by id, beside all others.',
  },
  REPEATED_KEY: {
    ...INVALID,
    title: 'A key is written twice',
    explanation:
      'The same key stands twice in one object. JSON programs silently keep one of the two, and not all of them the same one, so the file would mean different things in different places. Keep one.',
    example: `wrong  { "id": "a", "component": "logger", "id": "b" }
right  { "id": "a", "component": "logger" }`,
  },
  FORBIDDEN_KEY: {
    ...INVALID,
    title: 'A key that programs take for something else',
    explanation:
      'The key `__proto__` changes the prototype of objects in many programs instead of being data. It is refused wherever it stands. Rename the key.',
  },
  UNSAFE_NUMBER: {
    ...INVALID,
    title: 'A number that would lose digits',
    explanation:
      'Numbers are doubles. An integer beyond 9007199254740991 (2^53 - 1) would silently become another one, so it is refused however it is written, up to 1e21; a number beyond 1e308 would become infinity. Long identifiers are texts: put them in double quotes.',
    example: `wrong  "order": 12345678901234567890
right  "order": "12345678901234567890"`,
  },
  MERGE_CONFLICT: {
    ...INVALID,
    title: 'A merge conflict is not resolved',
    explanation:
      '`fm pull --merge` writes what both sides changed as `{"$conflict": {"base": …, "ours": …, "theirs": …}}`. Replace the whole object that holds `$conflict` by the value that is meant.',
    example: `wrong  "timeout": { "$conflict": { "base": "30s", "ours": "1m", "theirs": "2m" } }
right  "timeout": "2m"`,
  },
} as const satisfies Record<string, CodeEntry>;
