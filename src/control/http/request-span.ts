import type { FlowMasonError } from '../../core/errors.ts';
import type { Clock, Tracer } from '../../core/ports.ts';
import { parseTraceparent } from '../../core/traceparent.ts';

/** The span of one request. */
export interface RequestSpan {
  /** For what the request starts. */
  readonly traceparent: string;
  /** `route`: the pattern; undefined when there is none. */
  end(route: string | undefined, status: number, error: FlowMasonError | undefined): void;
}

/** The caller's, when it is one. */
export function validTraceparent({ headers }: Request): string | undefined {
  const value = headers.get('traceparent') ?? undefined;
  return parseTraceparent(value) ? value : undefined;
}

/** Begins the span of a request, in the caller's trace; names by OpenTelemetry's conventions for HTTP servers. */
export function beginSpan(
  traces: { readonly tracer: Tracer; readonly clock: Clock } | undefined,
  request: Request,
): RequestSpan | undefined {
  if (!traces) return undefined;
  const { tracer, clock } = traces;
  const { method } = request;
  const attributes = { 'http.request.method': method };
  const parent = validTraceparent(request);
  const span = tracer.begin({ name: method, kind: 'server', at: clock.now(), attributes, parent });
  return {
    traceparent: span.traceparent,
    end(route, status, error) {
      span.end({
        at: clock.now(),
        name: route === undefined ? undefined : `${method} ${route}`,
        error: status >= 500 ? (error?.code ?? String(status)) : undefined,
        attributes: { ...(route === undefined ? {} : { 'http.route': route }), 'http.response.status_code': status },
      });
    },
  };
}
