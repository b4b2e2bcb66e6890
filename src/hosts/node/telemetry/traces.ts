import type { Variables } from '../../edge/settings.ts';
import type { Traces, TracesOptions } from './otlp.ts';

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
