import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Problem } from '../../../core/problem.ts';
import { errorCode } from '../atomic-file.ts';
import { shownPath } from '../shown-path.ts';
import { LOCATE } from './own-modules.ts';

/** What a module exports, or why it could not be loaded. */
export type LoadedModule =
  | { readonly exports: Readonly<Record<string, unknown>>; readonly problem?: undefined }
  | { readonly exports?: undefined; readonly problem: Problem };

/** `shown` is how messages name the file; `generation` above 0 reads a file again that was loaded before. */
export async function loadModule(file: string, shown: string, generation: number): Promise<LoadedModule> {
  const url = pathToFileURL(file);
  if (generation > 0) url.searchParams.set('generation', String(generation));
  try {
    return { exports: (await import(url.href)) as Record<string, unknown> };
  } catch (error) {
    return { problem: await explain(error, file, shown) };
  }
}

async function explain(error: unknown, file: string, shown: string): Promise<Problem> {
  if (!(error instanceof Error)) return failed(`threw ${String(error)}`, { file: shown });
  const code = errorCode(error);
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_UNSUPPORTED_DIR_IMPORT') return notFound(error, shown, file);
  if (!(error instanceof SyntaxError)) return failed(error.message, placeInStack(error, file, shown), error.name);
  const place = headOf(error, file, shown) ?? headOf(await located(file), file, shown);
  if (error.message.includes('does not provide an export named')) {
    return problem('COMPONENT_IMPORT', error.message, place ?? { file: shown });
  }
  const unsupported = code === 'ERR_UNSUPPORTED_TYPESCRIPT_SYNTAX';
  const message = unsupported
    ? error.message.replace('strip-only mode', 'modules that run without a compiler')
    : error.message;
  const hint = unsupported ? 'fm explain COMPONENT_SYNTAX shows what to write instead' : undefined;
  return { ...problem('COMPONENT_SYNTAX', message, place ?? { file: shown }), hint };
}

interface ModulePlace {
  readonly file: string;
  readonly line?: number;
  readonly column?: number;
  readonly length?: number;
}

function problem(code: string, message: string, place: ModulePlace): Problem {
  return { code, severity: 'error', message, ...place };
}

function failed(message: string, place: ModulePlace, name = 'Error'): Problem {
  const text = name === 'Error' ? message : `${name}: ${message}`;
  return problem('COMPONENT_FAILED', `The module threw while it was loaded: ${text}`, place);
}

/** JavaScript syntax errors come without a place; the TypeScript parser gives one. */
async function located(file: string): Promise<unknown> {
  const url = pathToFileURL(file);
  url.searchParams.set(LOCATE, '');
  return import(url.href).then(
    () => undefined,
    (error: unknown) => error,
  );
}

/**
 * The place that Node writes above the stack of a syntax error: `file:///x.ts:3`, lines of source up to that one, and a
 * line of spaces and carets.
 */
function headOf(error: unknown, file: string, shown: string): ModulePlace | undefined {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const head = /^(?:file:\/\/)?(\S+?)(?:\?\S*)?:(\d+)$/m.exec(stack.split('\n', 1)[0] ?? '');
  if (!head) return undefined;
  const line = Number(head[2]);
  const path = decode(head[1] ?? '');
  const other = shownPath(process.cwd(), path);
  const carets = /^( *)(\^+)\s*$/m.exec(stack);
  const place = { file: path === file ? shown : other, line };
  return carets ? { ...place, column: (carets[1] ?? '').length + 1, length: (carets[2] ?? '').length } : place;
}

/** The first frame that lies in the file itself. */
function placeInStack(error: Error, file: string, shown: string): ModulePlace {
  const url = pathToFileURL(file).href;
  for (const frame of (error.stack ?? '').split('\n')) {
    const match = /(file:\/\/\S+?)(?:\?\S*?)?:(\d+):(\d+)\)?$/.exec(frame);
    if (match?.[1] === url) return { file: shown, line: Number(match[2]), column: Number(match[3]) };
  }
  return { file: shown };
}

function notFound(error: Error, shown: string, file: string): Problem {
  const [, what = '', importer = ''] = /'([^']+)' imported from (\S+)/.exec(error.message) ?? [];
  const from = decode(importer.replace(/\?.*$/, ''));
  const isPackage = /Cannot find package/.test(error.message);
  const target = isPackage ? `the package \`${what}\`` : `the file ${what}`;
  const place = importLine(from, what);
  const hint = isPackage
    ? `Install it in the project: npm install ${what}`
    : 'Relative imports need the whole name, e.g. `./lib/text.ts`';
  const where = { file: from === file || from === '' ? shown : shownPath(process.cwd(), from), ...place };
  return { ...problem('COMPONENT_IMPORT', `There is no ${target.replace(/^the /, '')}`, where), hint };
}

/** The line that imports it, by the last part of its name. */
function importLine(file: string, what: string): { line?: number; column?: number; length?: number } {
  try {
    const lines = readFileSync(file, 'utf8').split('\n');
    const name = basename(what);
    const index = lines.findIndex((text) => /\b(import|export|from)\b/.test(text) && text.includes(name));
    const column = lines[index]?.indexOf(name);
    return column === undefined ? {} : { line: index + 1, column: column + 1, length: name.length };
  } catch {
    return {};
  }
}

function decode(path: string): string {
  try {
    return path.startsWith('file:') ? fileURLToPath(path) : fileURLToPath(`file://${path}`);
  } catch {
    return path;
  }
}
