import type { Hono } from 'hono';
import { FlowMasonError, fail } from '../../core/errors.ts';
import type { JsonObject } from '../../core/json.ts';
import type { Clock } from '../../core/ports.ts';
import { requireScope } from '../verb.ts';
import { type AppOptions, createApp, refuseOtherMethods } from './app.ts';
import type { AppEnv } from './app-env.ts';
import { gaugesOf } from './gauges.ts';
import { createMetrics } from './metrics.ts';

export interface ServerAppOptions extends AppOptions {
  /** FlowMason's. */
  readonly version: string;
  readonly environment: string;
  readonly clock: Clock;
  /** Whether the database answers and has this version's schema. Throws FlowMasonError `DATABASE_…`, `SCHEMA_…`. */
  readonly check: () => Promise<void>;
  /** The process is to end: what is new should go elsewhere. */
  readonly isDraining: () => boolean;
  /** Prometheus text of what this process does beside answering. */
  readonly metricLines?: (() => readonly string[]) | undefined;
}

/** How long a database may take before it counts as away. */
const PATIENCE_MS = 3_000;

/** The app of a server: the API with what a place to run it asks for (health, readiness, metrics) and its description. */
export function createServerApp(options: ServerAppOptions): Hono<AppEnv> {
  const { version, environment, isDraining } = options;
  const metrics = createMetrics();
  const gauges = gaugesOf(options.clock);
  const app = createApp({
    ...options,
    onAnswer(answer) {
      metrics.answered(answer);
      options.onAnswer?.(answer);
    },
  });
  let reference: Promise<Reference> | undefined;
  const referenced = (): Promise<Reference> => (reference ??= referenceOf(version));

  app.use('*', async (context, next) => {
    // Every path below is a word of its own.
    if (context.get('route') === undefined && PATHS.includes(context.req.path)) context.set('route', context.req.path);
    await next();
  });
  app.get('/health', (context) => context.json({ status: 'ok', version }));
  app.get('/ready', async (context) => {
    if (isDraining()) fail('SHUTTING_DOWN', 'This server is about to end and takes no new work');
    await inTime(options.check(), options.clock);
    return context.json({ status: 'ready', version, environment });
  });
  app.get('/metrics', async (context) => {
    const { control, caller } = await options.admit(context.req.raw, false);
    requireScope('runs:read', { ...caller, request_id: '', idempotency_key: undefined });
    const found = await inTime(gauges(control.store), options.clock).catch(() => undefined);
    const text = metrics.text({ version, environment }, found, options.metricLines?.());
    return context.body(text, 200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
  });
  app.get('/openapi.json', async (context) => context.json((await referenced()).document));
  app.get('/docs', async (context) => {
    const { page, policy } = await referenced();
    return context.html(page, 200, { 'content-security-policy': policy });
  });
  app.get('/docs.css', async (context) => {
    const { style } = await referenced();
    return context.body(style, 200, { 'content-type': 'text/css; charset=utf-8' });
  });
  refuseOtherMethods(
    app,
    PATHS.map((path) => `GET ${path}`),
  );
  return app;
}

/** What a server answers beside the API. */
export const PATHS: readonly string[] = ['/health', '/ready', '/metrics', '/openapi.json', '/docs', '/docs.css'];

interface Reference {
  readonly document: JsonObject;
  readonly page: string;
  readonly policy: string;
  readonly style: string;
}

/** Loaded when somebody asks for it: no start and no other request waits for the schemas of all answers. */
async function referenceOf(version: string): Promise<Reference> {
  const [{ openApiDocument }, { DOCS_POLICY, DOCS_STYLE, docsPage }] = await Promise.all([
    import('./openapi.ts'),
    import('./docs-page.ts'),
  ]);
  const document = openApiDocument(version);
  return { document, page: await docsPage(document), policy: DOCS_POLICY, style: DOCS_STYLE };
}

function inTime<T>(work: Promise<T>, clock: Clock): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(PATIENCE_MS, () =>
      reject(new FlowMasonError('DATABASE_UNREACHABLE', 'The database does not answer in time')),
    );
    work.then(resolve, reject).finally(stop);
  });
}
