import { fstatSync } from 'node:fs';
import { styleText } from 'node:util';

export type Style = Parameters<typeof styleText>[0];

/**
 * Text with colours where `stream` shows them: NO_COLOR, FORCE_COLOR and TERM=dumb are obeyed, and only a terminal gets
 * any. Nothing may be said by colour alone.
 */
export function paint(style: Style, text: string, stream: NodeJS.WriteStream = process.stdout): string {
  // Asking Node costs milliseconds, so it is asked only where the answer can be yes.
  return stream.isTTY || process.env.FORCE_COLOR !== undefined ? styleText(style, text, { stream }) : text;
}

/** Columns to fill: a terminal's own width (at least 40), else 100. */
export function columns(stream: NodeJS.WriteStream = process.stdout): number {
  return stream.isTTY ? Math.max(40, stream.columns || 80) : 100;
}

/** Data, on stdout. */
export function out(text: string): void {
  process.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Talk, on stderr. */
export function say(text: string): void {
  process.stderr.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** One JSON document, on stdout. */
export function outJson(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** Whether somebody can be asked: both ends are a terminal, and it is not CI. */
export function canAsk(): boolean {
  // Node takes milliseconds to open a stream, so what cannot be a terminal is not opened.
  const couldBe = [0, 2].every((fd) => fstatSync(fd).isCharacterDevice());
  return couldBe && Boolean(process.stdin.isTTY && process.stderr.isTTY) && !process.env.CI;
}

/** Ends writing before the process ends, so that a pipe gets all of it. */
export async function flush(): Promise<void> {
  for (const stream of [process.stdout, process.stderr]) {
    await new Promise<void>((resolve) => stream.write('', () => resolve()));
  }
}

/** Whether `--json` is among the flags. */
export function wantsJson(argv: readonly string[]): boolean {
  const end = argv.indexOf('--');
  return (end === -1 ? argv : argv.slice(0, end)).includes('--json');
}
