/** What was made lately of what never changes. */
export interface Kept<T> {
  readonly size: number;
  /** What is kept under a key, or what is made now; what fails is not kept. */
  get(key: string, make: () => Promise<T>): Promise<T>;
}

/** Keeps so many; the one that was not used for longest goes first. */
export function kept<T>(most: number): Kept<T> {
  const all = new Map<string, Promise<T>>();
  return {
    get size() {
      return all.size;
    },
    get(key, make) {
      const found = all.get(key);
      if (found) {
        all.delete(key);
        all.set(key, found);
        return found;
      }
      const made = make();
      all.set(key, made);
      const oldest = all.size > most ? all.keys().next().value : undefined;
      if (oldest !== undefined) all.delete(oldest);
      made.catch(() => {
        if (all.get(key) === made) all.delete(key);
      });
      return made;
    },
  };
}
