import { quote } from '../../core/quote.ts';

const [QUOTE, BACKSLASH, COMMA, OPEN_LIST, CLOSE_LIST, OPEN_OBJECT, CLOSE_OBJECT] = [34, 92, 44, 91, 93, 123, 125];

/** The keys of an open object; undefined for a list. Most objects of long lists have one key, so a set is made for more. */
type Open = { first: string | undefined; more: Set<string> | undefined } | undefined;

/**
 * What is wrong with the brackets and keys of a JSON text, which JSON.parse passes over: a key that stands twice in an
 * object, `__proto__`, nesting deeper than `deepest`. Undefined also for what is no JSON at all. Looks at each unit
 * once and calls nothing for it: a body of 20 MB is a matter of tens of milliseconds.
 */
export function structureProblem(text: string, deepest: number): string | undefined {
  const stack: Open[] = [];
  let current: Open;
  let awaitsKey = false;
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE: {
        const end = endOfString(text, i + 1);
        if (end === -1) return undefined;
        if (awaitsKey && current) {
          awaitsKey = false;
          const wrong = addKey(current, text, i, end);
          if (wrong !== undefined) return wrong;
        }
        i = end;
        break;
      }
      case OPEN_OBJECT:
      case OPEN_LIST: {
        awaitsKey = text.charCodeAt(i) === OPEN_OBJECT;
        if (stack.length === deepest) return `it has more than ${deepest} levels of nesting`;
        current = awaitsKey ? { first: undefined, more: undefined } : undefined;
        stack.push(current);
        break;
      }
      case CLOSE_OBJECT:
      case CLOSE_LIST:
        stack.pop();
        current = stack.at(-1);
        awaitsKey = false;
        break;
      case COMMA:
        awaitsKey = current !== undefined;
        break;
      default:
    }
  }
  return undefined;
}

/** The index of the quote that ends a string; -1 when none does. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end !== -1; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (before > start && text.charCodeAt(before - 1) === BACKSLASH) before--;
    if ((end - before) % 2 === 0) return end;
  }
  return -1;
}

function addKey(open: NonNullable<Open>, text: string, start: number, end: number): string | undefined {
  const key = keyAt(text, start, end);
  if (key === undefined) return undefined;
  if (key === '__proto__') return 'the key `__proto__` is refused: programs take it for something else';
  if (key === open.first || open.more?.has(key)) return `the key ${quote(key)} stands twice in one object`;
  if (open.first === undefined) open.first = key;
  else open.more = (open.more ?? new Set()).add(key);
  return undefined;
}

/** As it is meant: the same key can be written with escapes. Undefined for escapes that are none. */
function keyAt(text: string, start: number, end: number): string | undefined {
  const written = text.slice(start + 1, end);
  if (!written.includes('\\')) return written;
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
}
