import { hostname } from 'node:os';
import {
  DiagLogLevel,
  diag,
  ROOT_CONTEXT,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import {
  detectResources,
  resourceAttributesEnvDetector,
  resourceFromAttributes,
  serviceNameEnvDetector,
} from '@opentelemetry/resources';
import { BatchSpanProcessor, RandomIdGenerator, TracerProvider } from '@opentelemetry/sdk-trace';
import type { NewSpan, Span, Tracer } from '../../../core/ports.ts';
import { sha256Hex } from '../../../core/sha256.ts';
import { parseTraceparent, traceparentText } from '../../../core/traceparent.ts';
import type { Variables } from '../../edge/settings.ts';
import { samplerOf } from './sampler.ts';

/** Spans on their way to a collector. */
export interface Traces {
  readonly tracer: Tracer;
  /** Sends what is left, and waits no longer than some seconds for it. Never rejects. */
  close(): Promise<void>;
}

export interface TracesOptions {
  /** FlowMason's. */
  readonly version: string;
  readonly environment: string;
  /** Told when spans could not be sent; whatever is traced goes on. */
  readonly onProblem: (message: string) => void;
}

/** Milliseconds that one sending may take, unless the variables say otherwise, and that the last one may. */
const TIMEOUT = 3_000;
const PATIENCE = 3_500;
/** Milliseconds between two sendings. */
const EVERY = 1_000;

const KINDS = { server: SpanKind.SERVER, consumer: SpanKind.CONSUMER, internal: SpanKind.INTERNAL } as const;

/** Sends spans over OTLP/HTTP as JSON, to where OpenTelemetry's variables say. */
export function otlpTraces(variables: Variables, { version, environment, onProblem }: TracesOptions): Traces {
  tellProblems(onProblem);
  const hasTimeout = variables.OTEL_EXPORTER_OTLP_TIMEOUT || variables.OTEL_EXPORTER_OTLP_TRACES_TIMEOUT;
  const exporter = new OTLPTraceExporter(hasTimeout ? {} : { timeoutMillis: TIMEOUT });
  const ids = new Ids();
  const provider = new TracerProvider({
    sampler: samplerOf(variables),
    idGenerator: ids,
    resource: resourceFromAttributes({
      'service.name': 'flowmason',
      'service.version': version,
      'deployment.environment.name': environment,
      'host.name': hostname(),
      'process.pid': process.pid,
    }).merge(detectResources({ detectors: [resourceAttributesEnvDetector, serviceNameEnvDetector] })),
    spanProcessors: [new BatchSpanProcessor({ exporter, scheduledDelayMillis: EVERY })],
  });
  return {
    tracer: tracerOf(provider, ids, version),
    async close() {
      const patience = Promise.withResolvers<void>();
      const timer = setTimeout(patience.resolve, PATIENCE);
      await Promise.race([provider.shutdown().catch(() => {}), patience.promise]);
      clearTimeout(timer);
    },
  };
}

/** Once: with a collector that is away it would be a line a second. */
function tellProblems(onProblem: (message: string) => void): void {
  let isTold = false;
  const tell = (): void => {
    if (isTold) return;
    isTold = true;
    onProblem('spans cannot be sent to the collector; see OTEL_EXPORTER_OTLP_ENDPOINT');
  };
  const quiet = (): void => {};
  diag.setLogger({ error: tell, warn: tell, info: quiet, debug: quiet, verbose: quiet }, DiagLogLevel.WARN);
}

/** Random ids, or those that the next span is to have. */
class Ids extends RandomIdGenerator {
  next: { readonly trace?: string | undefined; readonly span?: string | undefined } = {};
  override generateTraceId = (): string => this.next.trace ?? randomly.generateTraceId();
  override generateSpanId = (): string => this.next.span ?? randomly.generateSpanId();
}

const randomly = new RandomIdGenerator();

function tracerOf(provider: TracerProvider, ids: Ids, version: string): Tracer {
  const tracer = provider.getTracer('flowmason', version);
  return {
    begin(span): Span {
      const parent = parseTraceparent(span.parent);
      const remote =
        parent && trace.setSpanContext(ROOT_CONTEXT, remoteContext(parent.trace, parent.span, parent.sampled));
      const traceId = parent?.trace ?? (span.trace === undefined ? undefined : traceIdOf(span.trace));
      ids.next = { trace: traceId, span: span.id === undefined ? undefined : spanIdOf(span.id) };
      const { name, kind, at, attributes } = span;
      const options = {
        kind: KINDS[kind],
        startTime: at,
        attributes: { ...attributes },
        links: linksOf(span, traceId),
      };
      const begun = tracer.startSpan(name, options, remote ?? ROOT_CONTEXT);
      ids.next = {};
      const { traceId: id, spanId, traceFlags } = begun.spanContext();
      return {
        traceparent: traceparentText({ trace: id, span: spanId, sampled: (traceFlags & TraceFlags.SAMPLED) !== 0 }),
        end({ at, name, error, attributes }) {
          if (name !== undefined) begun.updateName(name);
          if (attributes) begun.setAttributes({ ...attributes });
          if (error !== undefined) {
            begun.setAttribute('error.type', error);
            begun.setStatus({ code: SpanStatusCode.ERROR });
          }
          begun.end(at);
        },
      };
    },
  };
}

function linksOf({ links = [] }: NewSpan, trace: string | undefined): { context: SpanContext }[] {
  return trace === undefined ? [] : links.map((id) => ({ context: remoteContext(trace, spanIdOf(id), true) }));
}

function remoteContext(traceId: string, spanId: string, sampled: boolean): SpanContext {
  return { traceId, spanId, traceFlags: sampled ? TraceFlags.SAMPLED : TraceFlags.NONE, isRemote: true };
}

function traceIdOf(seed: string): string {
  return sha256Hex(seed).slice(0, 32);
}

function spanIdOf(seed: string): string {
  return sha256Hex(seed).slice(0, 16);
}
