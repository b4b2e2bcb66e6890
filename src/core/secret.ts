const values = new WeakMap<Secret, string>();

/** An opaque value: text that is carried and revealed only to the stage that sends it. Shows as `***` everywhere. */
export class Secret {
  /** The names it was made of, for messages. */
  readonly names: readonly string[];

  constructor(value: string, names: readonly string[]) {
    values.set(this, value);
    this.names = names;
  }

  /**
   * The text itself. Only the executor calls it, for config fields that a descriptor marks secret, and the expression
   * language, to make another secret of it.
   */
  static reveal(secret: Secret): string {
    return values.get(secret) ?? '';
  }

  toString(): string {
    return '***';
  }

  toJSON(): string {
    return '***';
  }

  /** What `util.inspect` and the console show. */
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return '***';
  }
}
