import type { JsonPath } from '../json.ts';

/** A place in a document as messages name it: `stages[0].config["my key"]`; empty for the document itself. */
export function pathText(path: JsonPath): string {
  return path
    .map((key) => {
      if (typeof key === 'number') return `[${key}]`;
      return /^[A-Za-z_$][\w$-]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
    })
    .join('')
    .replace(/^\./, '');
}
