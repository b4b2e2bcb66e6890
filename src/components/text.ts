/** A config value as text, as templates do it: strings as they are, anything else as JSON, null as nothing. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value;
  return value === null || value === undefined ? '' : JSON.stringify(value);
}
