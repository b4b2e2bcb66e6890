import { listenAddress } from './edge/listen-address.ts';
import { startEdge } from './edge/start.ts';

declare const Bun: {
  readonly env: Readonly<Record<string, string | undefined>>;
};

const app = startEdge(Bun.env);

/** The control plane on Bun: `bun src/hosts/bun.ts`. Bun serves what a program exports like this. */
export default {
  ...listenAddress(Bun.env),
  /** Seconds, beyond the pauses between signs of life in a stream of events. */
  idleTimeout: 60,
  fetch: (request: Request): Promise<Response> => app.fetch(request, () => {}),
};
