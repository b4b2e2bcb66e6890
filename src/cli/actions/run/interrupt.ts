/** Ctrl-C and its kind while a run goes on: the first one cancels the run, the second one ends the process. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Resolves when the first one comes. */
  readonly came: Promise<void>;
  /** The exit code of what came: 130 for SIGINT, 143 for SIGTERM; undefined when nothing came. */
  exit(): number | undefined;
  /** Gives the signals back. */
  release(): void;
}

const EXITS = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

/** Takes SIGINT, SIGTERM and SIGHUP over; `onFirst` says what happens. */
export function takeSignals(onFirst: (name: string) => void): Interrupt {
  const controller = new AbortController();
  const came = Promise.withResolvers<void>();
  let code: number | undefined;
  const handle = (name: keyof typeof EXITS): void => {
    if (code !== undefined) process.exit(EXITS[name]);
    code = EXITS[name];
    onFirst(name);
    controller.abort();
    came.resolve();
  };
  const handlers = (Object.keys(EXITS) as (keyof typeof EXITS)[]).map((name) => [name, () => handle(name)] as const);
  for (const [name, handler] of handlers) process.on(name, handler);
  return {
    signal: controller.signal,
    came: came.promise,
    exit: () => code,
    release() {
      for (const [name, handler] of handlers) process.off(name, handler);
    },
  };
}
