/**
 * Something costly that is made of a text and kept for the next evaluation, unless memory is wanted for other things:
 * the automaton of a pattern can grow to megabytes, and a file may hold thousands of patterns.
 */
export class Kept<T extends object> {
  #source: string | undefined;
  #made: WeakRef<T> | undefined;

  get(source: string, make: () => T): T {
    const known = source === this.#source ? this.#made?.deref() : undefined;
    if (known) return known;
    const made = make();
    this.#source = source;
    this.#made = new WeakRef(made);
    return made;
  }
}
