import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace';
import type { Variables } from '../../edge/settings.ts';

const PARENT = 'parentbased_';

/** What `OTEL_TRACES_SAMPLER` and `OTEL_TRACES_SAMPLER_ARG` say; what nobody knows counts as the default. */
export function samplerOf({ OTEL_TRACES_SAMPLER: name = '', OTEL_TRACES_SAMPLER_ARG: text }: Variables): Sampler {
  if (!name.startsWith(PARENT)) return rootOf(name, text) ?? new ParentBasedSampler({ root: new AlwaysOnSampler() });
  return new ParentBasedSampler({ root: rootOf(name.slice(PARENT.length), text) ?? new AlwaysOnSampler() });
}

function rootOf(name: string, text: string | undefined): Sampler | undefined {
  if (name === 'always_on') return new AlwaysOnSampler();
  if (name === 'always_off') return new AlwaysOffSampler();
  const ratio = Number(text || 1);
  return name === 'traceidratio' ? new TraceIdRatioBasedSampler(ratio >= 0 && ratio <= 1 ? ratio : 1) : undefined;
}
