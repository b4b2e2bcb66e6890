/** Repetitions beyond what a pattern asks for at least. */
const MORE = 2;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz';

/**
 * A text that a pattern of the common kind matches: literals, classes, groups, alternatives, repetitions, anchors.
 * Whoever uses it checks whether it does.
 */
export function sampleOfPattern(source: string, seed: number): string {
  return new PatternSampler(source, seed).alternatives();
}

class PatternSampler {
  readonly #source: string;
  #at = 0;
  #seed: number;

  constructor(source: string, seed: number) {
    this.#source = source;
    this.#seed = seed;
  }

  /** One of the alternatives up to the end or a closing parenthesis. */
  alternatives(): string {
    const forms = [this.#sequence()];
    while (this.#source[this.#at] === '|') {
      this.#at++;
      forms.push(this.#sequence());
    }
    return forms[this.#next(forms.length)] ?? '';
  }

  #next(count: number): number {
    this.#seed = (Math.imul(this.#seed, 1_664_525) + 1_013_904_223) >>> 0;
    return count === 0 ? 0 : (this.#seed >>> 8) % count;
  }

  #sequence(): string {
    let text = '';
    while (this.#at < this.#source.length && this.#source[this.#at] !== '|' && this.#source[this.#at] !== ')') {
      const start = this.#at;
      let piece = this.#atom();
      const end = this.#at;
      const times = this.#repetitions();
      const after = this.#at;
      let repeated = times > 0 ? piece : '';
      for (let i = 1; i < times && repeated.length < 10_000; i++) {
        this.#at = start;
        piece = this.#atom();
        repeated += piece;
      }
      this.#at = Math.max(after, end);
      text += repeated;
    }
    return text;
  }

  #atom(): string {
    const char = this.#source[this.#at++] as string;
    if (char === '(') {
      const opening = /^\?(?::|P?<[^>]*>)/.exec(this.#source.slice(this.#at))?.[0] ?? '';
      this.#at += opening.length;
      const inner = this.alternatives();
      if (this.#source[this.#at] === ')') this.#at++;
      return inner;
    }
    if (char === '[') return this.#class();
    if (char === '\\') return this.#oneOf(escaped(this.#source[this.#at++] ?? ''));
    if (char === '.') return this.#oneOf(LETTERS);
    return char === '^' || char === '$' ? '' : char;
  }

  #oneOf(characters: string): string {
    return characters[this.#next(characters.length)] ?? '';
  }

  #class(): string {
    const negated = this.#source[this.#at] === '^';
    if (negated) this.#at++;
    let members = '';
    for (let first = true; this.#at < this.#source.length; first = false) {
      const char = this.#source[this.#at++] as string;
      if (char === ']' && !first) break;
      const low = char === '\\' ? escaped(this.#source[this.#at++] ?? '') : char;
      const high = this.#source[this.#at + 1];
      if (this.#source[this.#at] === '-' && high !== undefined && high !== ']') {
        this.#at += 2;
        for (let code = low.charCodeAt(0); code <= high.charCodeAt(0); code++) members += String.fromCharCode(code);
      } else members += low;
    }
    if (!negated) return this.#oneOf(members);
    const others = `${LETTERS}${LETTERS.toUpperCase()}0123456789 _-.`;
    return this.#oneOf([...others].filter((char) => !members.includes(char)).join(''));
  }

  #repetitions(): number {
    const match = /^(?:[*+?]|\{(\d+)(,(\d*))?\})\??/.exec(this.#source.slice(this.#at));
    if (!match) return 1;
    this.#at += match[0].length;
    const [sign = ''] = match[0];
    if (sign === '*') return this.#next(MORE + 1);
    if (sign === '+') return 1 + this.#next(MORE);
    if (sign === '?') return this.#next(2);
    const least = Number(match[1]);
    const most = match[2] === undefined ? least : match[3] === '' ? least + MORE : Number(match[3]);
    return least + this.#next(Math.min(most - least, MORE) + 1);
  }
}

function escaped(char: string): string {
  if (char === 'd') return '0123456789';
  if (char === 'w') return `${LETTERS}0123456789_`;
  if (char === 's') return ' ';
  if (char === 'D' || char === 'S' || char === 'W') return char === 'W' ? ' -.' : LETTERS;
  if (char === 'n') return '\n';
  if (char === 't') return '\t';
  return char === 'b' || char === 'B' ? '' : char;
}
