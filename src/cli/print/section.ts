import { paint } from '../terminal.ts';

/** A heading with its text; undefined when there is no text. */
export function section(heading: string, text: string): string | undefined {
  return text === '' ? undefined : `${paint('bold', heading.toUpperCase())}\n${text}`;
}

/** Parts with an empty line between them; those that are undefined or empty are left out. */
export function paragraphs(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join('\n\n');
}
