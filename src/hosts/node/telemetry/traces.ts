import type { Tracer } from '../../../core/ports.ts';
import type { Variables } from '../../edge/settings.ts';

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

/** OpenTelemetry's own variables say whether and where; without them nothing of it is even loaded. */
export async function openTraces(variables: Variables, options: TracesOptions): Promise<Traces | undefined> {
  if (!isWanted(variables)) return undefined;
  const { otlpTraces } = await import('./otlp.ts');
  return otlpTraces(variables, options);
}

function isWanted(variables: Variables): boolean {
  const { OTEL_SDK_DISABLED: disabled, OTEL_TRACES_EXPORTER: exporter } = variables;
  if (disabled?.toLowerCase() === 'true' || exporter === 'none') return false;
  return Boolean(variables.OTEL_EXPORTER_OTLP_ENDPOINT || variables.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}
