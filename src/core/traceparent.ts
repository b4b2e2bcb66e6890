/** What the header `traceparent` says (W3C Trace Context, level 1). */
export interface TraceParent {
  /** 32 hexadecimal digits. */
  readonly trace: string;
  /** 16 hexadecimal digits. */
  readonly span: string;
  readonly sampled: boolean;
}

const VALUE = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Undefined for what the specification tells to pass over: other versions may have more behind a `-`. */
export function parseTraceparent(value: string | null | undefined): TraceParent | undefined {
  if (!value) return undefined;
  const [, version, trace = '', span = '', flags = '', more] = VALUE.exec(value) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && more !== undefined)) return undefined;
  if (/^0+$/.test(trace) || /^0+$/.test(span)) return undefined;
  return { trace, span, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function traceparentText({ trace, span, sampled }: TraceParent): string {
  return `00-${trace}-${span}-${sampled ? '01' : '00'}`;
}

/** Fields of log lines. */
export interface TraceFields {
  readonly trace_id?: string;
  readonly span_id?: string;
}

/**
 * What a line of a log says of the span that it is about, by OpenTelemetry's names; without a span the trace of what led
 * to it; nothing without a trace. Both are values of `traceparent`.
 */
export function traceFields(span: string | undefined, parent: string | null | undefined): TraceFields {
  const own = parseTraceparent(span);
  if (own) return { trace_id: own.trace, span_id: own.span };
  const trace = parseTraceparent(parent)?.trace;
  return trace === undefined ? {} : { trace_id: trace };
}
