/** What the next character that counts is, outside of texts and comments. */
export interface Mark {
  readonly at: number;
  readonly unit: string;
}

/**
 * Steps through an expression's source from `start`, leaving out texts ("…", '…', and their triple forms) and
 * comments. A comment ends with its line, and before `}}`, so that a template on one line may have one.
 */
export function* marks(source: string, start = 0): Generator<Mark, { readonly openText: number | undefined }> {
  for (let at = start; at < source.length; at++) {
    const unit = source[at] as string;
    if (unit === '"' || unit === "'") {
      const end = endOfText(source, at);
      if (end === source.length) return { openText: at };
      at = end;
    } else if (unit === '/' && source[at + 1] === '/') {
      while (at + 1 < source.length && source[at + 1] !== '\n' && !source.startsWith('}}', at + 1)) at++;
    } else yield { at, unit };
  }
  return { openText: undefined };
}

/** The offset of the last quote of the text that begins at `start`; the source's length when it is not closed. */
function endOfText(source: string, start: number): number {
  const one = source[start] as string;
  const mark = source.startsWith(one.repeat(3), start) ? one.repeat(3) : one;
  for (let i = start + mark.length; i < source.length; i++) {
    if (source[i] === '\\') i++;
    else if (source.startsWith(mark, i)) return i + mark.length - 1;
  }
  return source.length;
}

/** Where a template begins inside an expression, in which there can be none; `{{` in a text is text. */
export function templateWithin(source: string): number | undefined {
  for (const { at, unit } of marks(source)) if (unit === '{' && source[at + 1] === '{') return at;
  return undefined;
}
