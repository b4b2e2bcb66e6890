import { printable } from '../../../core/quote.ts';
import { fitCommand, fitText } from '../fit-text.ts';
import type { Screen } from '../screen.ts';

/** Something found wrong, or doubtful, before anything was changed. */
export interface Notice {
  readonly code: string;
  readonly message: string;
  readonly hint?: string | undefined;
}

/** A notice as `CODE  message` with `Try: …` below it. */
export function noticeText({ code, message, hint }: Notice, severity: 'problem' | 'warning', screen: Screen): string {
  const [first = '', ...rest] = fitText(
    printable(`${code}  ${severity === 'warning' ? 'warning: ' : ''}${message}`),
    screen.width,
  );
  const style = severity === 'problem' ? 'red' : 'yellow';
  const head = first.startsWith(code) ? screen.paint(['bold', style], code) + first.slice(code.length) : first;
  return [head, ...rest, ...(hint === undefined ? [] : tryLines(hint, screen))].join('\n');
}

/** `Try: …`; a command stays one command where it has to be broken. */
export function tryLines(hint: string, screen: Screen): string[] {
  const text = printable(hint).replace(/^Did you mean (.+)\?$/, '$1');
  const command = /^fm [^,;]+$/.test(text);
  const lines = command ? fitCommand(text, screen.width - 5) : fitText(text, screen.width - 5);
  const [first = '', ...rest] = lines;
  return [`${screen.paint('cyan', 'Try:')} ${first}`, ...rest.map((line) => `     ${line}`)];
}

/** Commands to type, under a word that says what for. */
export function commandLines(title: string, commands: readonly string[], { width }: Screen, indent = ''): string {
  const lines = commands.flatMap((command) => fitCommand(command, width - indent.length - 2));
  return [`${indent}${title}`, ...lines.map((line) => `${indent}  ${line}`)].join('\n');
}
