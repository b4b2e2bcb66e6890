const UNITS: Record<string, number> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const FORM = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/;

/**
 * Milliseconds of a duration (PIPELINES.md 1): a number is seconds, a string is one decimal number and one unit
 * (`250ms`, `1.5s`, `5m`, `2h`, `7d`); never negative. Undefined when it is not a duration.
 */
export function parseDuration(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value >= 0 ? value * 1_000 : undefined;
  if (typeof value !== 'string') return undefined;
  const match = FORM.exec(value);
  const unit = match ? UNITS[match[2] ?? ''] : undefined;
  return match && unit !== undefined ? Number(match[1]) * unit : undefined;
}

/** The same as it is typed, where everything is text: `90` are seconds too. */
export function parseTypedDuration(value: string | number): number | undefined {
  return parseDuration(/^\d+(\.\d+)?$/.test(String(value)) ? Number(value) : value);
}

/** A length of time as people read it: `340 ms`, `2.4 s`, `3 m 05 s`, `2 h 10 m`. */
export function durationText(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} m ${String(seconds % 60).padStart(2, '0')} s`;
  const minutes = Math.round(seconds / 60);
  return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} m`;
}
