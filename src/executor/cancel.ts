import { StageError } from '../core/run.ts';

/**
 * A tree of things that can be stopped. Cheaper than AbortSignal.any for thousands of stages: an AbortController is
 * made only for a component that asks for its signal.
 */
export class Cancel {
  reason: StageError | undefined;
  readonly #parent: Cancel | undefined;
  readonly #children = new Set<Cancel>();
  readonly #listeners = new Set<(reason: StageError) => void>();
  #controller: AbortController | undefined;

  constructor(parent?: Cancel) {
    this.#parent = parent;
    this.reason = parent?.reason;
    if (parent && !parent.reason) parent.#children.add(this);
  }

  get cancelled(): boolean {
    return this.reason !== undefined;
  }

  get signal(): AbortSignal {
    if (!this.#controller) {
      this.#controller = new AbortController();
      if (this.reason) this.#controller.abort(this.reason);
    }
    return this.#controller.signal;
  }

  /** Stops this and everything below it. The first reason stays. */
  cancel(reason: StageError): void {
    if (this.reason) return;
    this.reason = reason;
    this.#controller?.abort(reason);
    for (const listener of [...this.#listeners]) listener(reason);
    for (const child of [...this.#children]) child.cancel(reason);
    this.#listeners.clear();
    this.#children.clear();
  }

  /** Calls once when stopped (at once when it is already); the answer takes the listener back. */
  onCancel(listener: (reason: StageError) => void): () => void {
    if (this.reason) {
      listener(this.reason);
      return () => {};
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Leaves the tree: whoever made it calls this when its work is over. */
  dispose(): void {
    if (this.#parent) this.#parent.#children.delete(this);
  }
}

/** Why running stages are stopped when the graph around them ends early. */
export function cancelled(
  code: 'run_cancelled' | 'stage_failed' | 'returned' | 'journal_lost' | 'parked',
  message: string,
): StageError {
  return new StageError('CANCELLED', code, message);
}
