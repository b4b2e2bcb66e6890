import { printable } from '../../../core/quote.ts';

/** A piece of HTML, SVG or XML. Only `markup` makes one of values, and it escapes them. */
export class Markup {
  readonly text: string;

  /** The text stands in the page as it is: for what we have written ourselves. */
  constructor(text: string) {
    this.text = text;
  }
}

export type Part = Markup | string | number | undefined | readonly Part[];

/**
 * A template literal as a piece of markup; texts are escaped for elements and for attributes in double quotes.
 * Our own, as template libraries bring a runtime for what is ten lines here.
 */
export function markup(strings: TemplateStringsArray, ...parts: readonly Part[]): Markup {
  let text = strings[0] ?? '';
  for (const [i, part] of parts.entries()) text += render(part) + (strings[i + 1] ?? '');
  return new Markup(text);
}

function render(part: Part): string {
  if (part instanceof Markup) return part.text;
  if (Array.isArray(part)) return part.map(render).join('');
  return part === undefined ? '' : escaped(String(part));
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** What XML cannot hold, or what would reorder a line, becomes a box. */
function escaped(text: string): string {
  return text
    .split('\t')
    .map(printable)
    .join('\t')
    .replaceAll(/[\ufffe\uffff]/g, '\u{fffd}')
    .replaceAll(/[&<>"']/g, (character) => ENTITIES[character] ?? '');
}
