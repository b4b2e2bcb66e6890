import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { codeFrame } from '../../core/frame.ts';
import type { Problem } from '../../core/problem.ts';
import { columns, paint } from '../terminal.ts';
import { hintText } from './hint.ts';

/**
 * Problems as people read them: `CODE  file:line:column  message`, the lines around the place, what to write instead.
 * `stream` is where they will be printed; `texts` holds sources that are not files (stdin), by name.
 */
export function problemsText(
  problems: readonly Problem[],
  stream: NodeJS.WriteStream,
  texts: ReadonlyMap<string, string> = new Map(),
): string {
  const read = new Map(texts);
  return problems.map((problem) => problemText(problem, stream, sourceOf(problem.file, read))).join('\n\n');
}

function problemText(problem: Problem, stream: NodeJS.WriteStream, source: string): string {
  const code = paint(['bold', problem.severity === 'error' ? 'red' : 'yellow'], problem.code, stream);
  const severity = problem.severity === 'warning' ? 'warning: ' : '';
  const place = [problem.file, problem.line, problem.column].filter((part) => part !== undefined).join(':');
  const head = [code, paint('bold', place, stream), `${severity}${problem.message}`].filter((part) => part !== '');
  const lines = [head.join('  ')];
  const frame = codeFrame(source, problem, { around: 1, width: columns(stream) });
  if (frame) lines.push(paint('dim', frame, stream));
  if (problem.hint) lines.push(hintText(problem.hint, stream));
  return lines.join('\n');
}

function sourceOf(file: string | undefined, read: Map<string, string>): string {
  if (file === undefined) return '';
  const known = read.get(file);
  if (known !== undefined) return known;
  let text = '';
  try {
    text = readFileSync(resolve(file), 'utf8').replace(/^\uFEFF/, '');
  } catch {
    // The file is gone or too odd to show: the message has its place all the same.
  }
  read.set(file, text);
  return text;
}
