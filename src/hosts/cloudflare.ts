import type { EdgeApp } from './edge/app.ts';
import type { Variables } from './edge/settings.ts';
import { startEdge } from './edge/start.ts';

/** Settings as bindings of the same names; `HYPERDRIVE`, when there is one, leads to the database. */
interface Bindings {
  readonly HYPERDRIVE?: { readonly connectionString: string };
  readonly [name: string]: unknown;
}

interface Context {
  waitUntil(work: Promise<unknown>): void;
}

/** The control plane as a worker on Cloudflare; needs the compatibility flag `nodejs_compat`. */
export default {
  fetch(request: Request, bindings: Bindings, context: Context): Promise<Response> {
    app ??= startEdge(variablesOf(bindings));
    return app.fetch(request, (work) => context.waitUntil(work));
  },
};

/** Made by the first request, because only requests know the bindings; a changed one is a new worker. */
let app: EdgeApp | undefined;

function variablesOf({ HYPERDRIVE, ...bindings }: Bindings): Variables {
  const given = Object.entries(bindings).filter((entry): entry is [string, string] => typeof entry[1] === 'string');
  const database = HYPERDRIVE && { FM_DATABASE_URL: HYPERDRIVE.connectionString };
  return { ...Object.fromEntries(given), ...database };
}
