/** Where in an expression something went wrong. */
export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Codes of what is "missing" for `default`, `has` and `.?`; other faults stay. */
const MISSING: ReadonlySet<string> = new Set(['missing_field', 'index_out_of_range', 'field_of_null']);

/**
 * What goes wrong while an expression is evaluated. Not an Error: most faults are caught by `default`, `&&` or `||`,
 * and a stack trace costs more than all the rest. At the border it becomes a StageError.
 */
export class Fault {
  readonly code: string;
  readonly place: Place | undefined;
  readonly #say: string | (() => Message);

  /** A function says what is wrong only when somebody asks. */
  constructor(code: string, say: string | (() => Message), place?: Place, hint?: string) {
    this.code = code;
    this.place = place;
    this.#say = typeof say === 'string' && hint !== undefined ? () => ({ message: say, hint }) : say;
  }

  say(): Message {
    return typeof this.#say === 'string' ? { message: this.#say } : this.#say();
  }

  /** Something that was to be read is not there: what `default` and `has` ask for. */
  get missing(): boolean {
    return MISSING.has(this.code);
  }

  /** A limit ends the evaluation: nothing may ignore it. */
  get final(): boolean {
    return this.code === 'limit_exceeded';
  }
}

export interface Message {
  readonly message: string;
  readonly hint?: string | undefined;
}

export function fault(code: string, say: string | (() => Message), place?: Place, hint?: string): never {
  throw new Fault(code, say, place, hint);
}
