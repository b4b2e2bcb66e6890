import { listenAddress } from './edge/listen-address.ts';
import { startEdge } from './edge/start.ts';

declare const Deno: {
  readonly env: { toObject(): Readonly<Record<string, string | undefined>> };
  serve(at: { hostname: string; port: number }, fetch: (request: Request) => Promise<Response>): unknown;
};

const variables = Deno.env.toObject();
const app = startEdge(variables);

// The control plane on Deno: `deno run --allow-env --allow-net --allow-read src/hosts/deno.ts`
Deno.serve(listenAddress(variables), (request) => app.fetch(request, () => {}));
