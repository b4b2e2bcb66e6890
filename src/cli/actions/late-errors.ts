import { join, sep } from 'node:path';

/** What components of a project throw when nobody listens any more: in a timer, in a promise that was let go. */
export interface LateErrors {
  readonly errors: readonly Error[];
  release(): void;
}

/** Keeps the errors of components from being taken for bugs of ours; all others go where they went. */
export function catchLateErrors(root: string): LateErrors {
  const errors: Error[] = [];
  const folder = `${join(root, 'components')}${sep}`;
  const events = ['uncaughtException', 'unhandledRejection'] as const;
  const before = events.map((event) => process.rawListeners(event));
  const hear =
    (listeners: readonly unknown[]) =>
    (thrown: unknown): void => {
      if (thrown instanceof Error && thrown.stack?.includes(folder)) errors.push(thrown);
      else for (const listener of listeners) (listener as (thrown: unknown) => void)(thrown);
    };
  for (const [i, event] of events.entries()) {
    process.removeAllListeners(event);
    process.on(event, hear(before[i] ?? []));
  }
  return {
    errors,
    release() {
      for (const [i, event] of events.entries()) {
        process.removeAllListeners(event);
        // They were listeners of this very event.
        for (const listener of before[i] ?? []) process.on(event, listener as () => void);
      }
    },
  };
}
