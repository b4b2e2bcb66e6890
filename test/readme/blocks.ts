/** One fenced block of a page that a reader would carry out. */
export type Block =
  | { readonly kind: 'file'; readonly line: number; readonly path: string; readonly text: string }
  | { readonly kind: 'session'; readonly line: number; readonly steps: readonly Step[] };

/** A typed command and what it prints. */
export interface Step {
  readonly line: number;
  readonly command: string;
  readonly output: string;
}

/**
 * The blocks of a Markdown page in order: ` ```json file=PATH ` is a file to write, ` ```console ` is a session whose
 * `$ ` lines are typed (`> ` goes on) and whose other lines are what comes back. Other blocks are only read.
 */
export function readBlocks(markdown: string): Block[] {
  const blocks: Block[] = [];
  const lines = markdown.split('\n');
  for (let i = 0; i < lines.length; i++) {
    const opening = /^(`{3,})(.*)$/.exec(lines[i] ?? '');
    if (!opening) continue;
    const [fence, info] = [opening[1] ?? '', (opening[2] ?? '').trim()];
    const end = lines.indexOf(fence, i + 1);
    if (end < 0) throw new Error(`line ${i + 1}: the block is never closed`);
    const body = lines.slice(i + 1, end);
    const file = /(?:^|\s)file=(\S+)/.exec(info);
    if (file) blocks.push({ kind: 'file', line: i + 1, path: file[1] ?? '', text: `${body.join('\n')}\n` });
    else if (info === 'console') blocks.push({ kind: 'session', line: i + 1, steps: readSteps(body, i + 2) });
    i = end;
  }
  return blocks;
}

function readSteps(body: readonly string[], first: number): Step[] {
  const steps: { line: number; command: string; output: string[] }[] = [];
  body.forEach((text, index) => {
    const last = steps.at(-1);
    if (text.startsWith('$ ')) steps.push({ line: first + index, command: text.slice(2), output: [] });
    else if (!last) throw new Error(`line ${first + index}: output before the first command`);
    else if (text.startsWith('> ') && last.output.length === 0) last.command += `\n${text.slice(2)}`;
    else last.output.push(text);
  });
  return steps.map((step) => ({ ...step, output: step.output.join('\n').trim() }));
}
